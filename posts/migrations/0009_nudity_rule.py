"""A version of the policy that also holds reels which seem to show nudity."""

from django.conf import settings
from django.db import migrations
from django.utils import timezone

_COPIED = ("code", "text", "thresholds", "action", "languages", "audience", "about")


def rule_add(apps, schema_editor):
    """Make a copy of the live version, with one rule more, live in its place."""
    version_model = apps.get_model("posts", "PolicyVersion")
    rule_model = apps.get_model("posts", "Rule")
    threshold = settings.SOCIALML_HOLD_ABOVE_NUDITY
    live = version_model.objects.filter(is_live=True).first()
    if live is None or threshold > 1:
        return
    version_model.objects.filter(pk=live.pk).update(is_live=False)
    version = version_model.objects.create(
        note="Reels that seem to show nudity are held.",
        created_at=timezone.now(),
        activated_at=timezone.now(),
        is_live=True,
    )
    for row in rule_model.objects.filter(policy=live).order_by("pk").values(*_COPIED):
        rule_model.objects.create(policy=version, **row)
    rule_model.objects.get_or_create(
        policy=version,
        code="nudity",
        action="hold",
        defaults={
            "text": "Reels that seem to show nudity wait for a moderator.",
            "thresholds": {"nudity": threshold},
            "about": "posts",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_report_moot")]

    operations = [migrations.RunPython(rule_add, migrations.RunPython.noop)]
