from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

FILE = Path("docs/openapi.yaml")


class Command(BaseCommand):
    help = f"Write the REST API's description to {FILE}, or check that it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the file is out of date")

    def handle(self, *, check: bool, **options: Any) -> None:
        file = settings.BASE_DIR / FILE
        with GENERATOR_STATS.silence():
            schema = SchemaGenerator().get_schema(request=None, public=True)
        text = OpenApiYamlRenderer().render(schema, renderer_context={}).decode()
        if not check:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
            self.stdout.write(self.style.SUCCESS(f"Wrote {FILE}."))
        elif not file.exists() or file.read_text() != text:
            raise CommandError(f"{FILE} is out of date: run `python manage.py export_openapi`.")
        else:
            self.stdout.write(f"{FILE} is up to date.")
