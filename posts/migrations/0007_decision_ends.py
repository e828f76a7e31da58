"""What each decision is about, and when a later one took its place."""

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

MATTERS = (("hold", "hide", "restore"), ("reduce", "restore_reach"), ("suspend", "reinstate"))


def fill(apps, schema_editor):
    decisions = apps.get_model("posts", "Decision").objects
    decisions.filter(action__in=("suspend", "reinstate")).update(about="account")
    decisions.filter(comment__isnull=False).update(about="comment")
    for actions in MATTERS:
        same_thing = (
            Q(about="account")
            | Q(about="post", post=OuterRef("post"))
            | Q(about="comment", comment=OuterRef("comment"))
        )
        later = decisions.filter(
            same_thing,
            account=OuterRef("account"),
            about=OuterRef("about"),
            action__in=actions,
            pk__gt=OuterRef("pk"),
        )
        ended_at = Subquery(later.order_by("pk").values("decided_at")[:1])
        decisions.filter(action__in=actions).update(ended_at=ended_at)


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_first_policy")]

    operations = [
        migrations.AddField(
            "decision",
            "about",
            models.CharField(
                choices=[("post", "Post"), ("comment", "Comment"), ("account", "Account")],
                default="post",
                max_length=7,
            ),
            preserve_default=False,
        ),
        migrations.AddField("decision", "ended_at", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
