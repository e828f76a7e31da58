from django.db import migrations


def forget(apps, schema_editor):
    """Let the next run say anew when each name was first seen."""
    apps.get_model("analytics", "Trend").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_trend_bursts")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
