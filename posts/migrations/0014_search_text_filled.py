"""The words of posts that are there."""

from django.db import migrations

from socialml.core.text import fold

_AT_ONCE = 1000


def fill(apps, schema_editor):
    """Write them for every post that has none. Safe to run again where it was cut off."""
    post_model = apps.get_model("posts", "Post")
    text_model = apps.get_model("posts", "SearchText")
    last = 0
    while True:
        posts = post_model.objects.filter(pk__gt=last, search_text=None).order_by("pk")
        rows = list(posts.values_list("pk", "content", "hashtags")[:_AT_ONCE])
        if not rows:
            return
        last = rows[-1][0]
        made = [
            text_model(post_id=pk, text=" ".join([fold(content), *(f"#{name}" for name in tags)]))
            for pk, content, tags in rows
        ]
        text_model.objects.bulk_create(made, ignore_conflicts=True)


class Migration(migrations.Migration):
    # So that a large table does not hold one transaction open.
    atomic = False
    dependencies = [("posts", "0013_search_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
