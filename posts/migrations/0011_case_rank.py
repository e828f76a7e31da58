"""Store each case's place in the queue; the worker's next minute fills it in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0010_post_sentiment_time")]

    operations = [
        migrations.AddField("case", "rank", models.FloatField(default=0.0)),
        migrations.AddIndex(
            "case", models.Index(fields=["state", "-rank", "id"], name="case_by_rank")
        ),
    ]
