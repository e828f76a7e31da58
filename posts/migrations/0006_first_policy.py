"""The first version of the policy, and cases for the reports that wait."""

from django.conf import settings
from django.db import migrations
from django.utils import timezone


def policy_make(apps, schema_editor):
    """Make version 1 live: what was held is held, and what is surely spam is offered less."""
    version = apps.get_model("posts", "PolicyVersion").objects.create(
        note="The first rules: hold what is surely toxic, offer less of what is surely spam.",
        created_at=timezone.now(),
        activated_at=timezone.now(),
        is_live=True,
    )
    rule = apps.get_model("posts", "Rule")
    rule.objects.create(
        policy=version,
        code="spam",
        text="Spam is not offered to people who do not follow you.",
        thresholds={"spam": 0.95},
        action="reduce",
        about="posts",
    )
    threshold = settings.SOCIALML_HOLD_ABOVE_TOXICITY
    # Above 1 it held nothing.
    if threshold <= 1:
        rule.objects.create(
            policy=version,
            code="toxicity",
            text="Texts that insult, threaten or demean wait for a moderator.",
            thresholds={"toxicity": threshold},
            action="hold",
        )


def cases_open(apps, schema_editor):
    """Gather the open reports about one thing in one case."""
    report_model = apps.get_model("posts", "Report")
    case_model = apps.get_model("posts", "Case")
    found = {}
    waiting = report_model.objects.filter(state="open").order_by("pk")
    for report in waiting.select_related("post", "comment"):
        if report.comment_id is not None:
            about, thing = "comment", report.comment_id
            row = {"account_id": report.comment.author_id, "comment_id": thing}
            row["post_id"] = report.comment.post_id
        elif report.post_id is not None:
            about, thing = "post", report.post_id
            row = {"account_id": report.post.author_id, "post_id": thing}
        else:
            about, thing = "account", report.account_id
            row = {"account_id": thing}
        case = found.get((about, thing))
        if case is None:
            case = found[about, thing] = case_model.objects.create(
                about=about, opened_at=report.reported_at, harm=0.5, **row
            )
        case.report_weight += report.weight
        case.save(update_fields=["report_weight"])
        report_model.objects.filter(pk=report.pk).update(case=case)


class Migration(migrations.Migration):
    dependencies = [("posts", "0005_moderation")]

    operations = [
        migrations.RunPython(policy_make, migrations.RunPython.noop),
        migrations.RunPython(cases_open, migrations.RunPython.noop),
    ]
