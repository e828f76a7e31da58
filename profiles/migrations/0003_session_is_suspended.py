from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("profiles", "0002_controls")]

    operations = [
        migrations.AddField("session", "is_suspended", models.BooleanField(default=False)),
    ]
