"""Reports about what was deleted before anybody answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0007_decision_ends"),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("upheld", "Upheld"),
                    ("dismissed", "Dismissed"),
                    ("moot", "Moot"),
                ],
                default="open",
                max_length=9,
            ),
        ),
    ]
