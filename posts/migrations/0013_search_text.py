"""What posts are searched by, with an index of letter triples where the database has one."""

import django.db.models.deletion
from django.db import migrations, models

_NAME = "search_text_triples"


def index_make(apps, schema_editor):
    """On PostgreSQL, index the text by pg_trgm; a server without it searches row by row."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(
        f"CREATE INDEX {_NAME} ON posts_searchtext USING gin (text gin_trgm_ops)"
    )


def index_drop(apps, schema_editor):
    schema_editor.execute(f"DROP INDEX IF EXISTS {_NAME}")


class Migration(migrations.Migration):
    dependencies = [("posts", "0012_case_forgot")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="posts.post",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunPython(index_make, index_drop),
    ]
