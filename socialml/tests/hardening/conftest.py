"""The operations of the API, read from its own description."""

import re
from dataclasses import dataclass

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

METHODS = {"get", "post", "put", "patch", "delete"}
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    query: frozenset[str]
    is_open: bool

    def url(self, **ids: str) -> str:
        return _PARAMETER.sub(lambda _: ids.get("value", "1"), self.path)

    @property
    def has_id(self) -> bool:
        return "{" in self.path

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> list[Operation]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = []
    for path, described in schema["paths"].items():
        for method, operation in described.items():
            if method not in METHODS:
                continue
            names = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
            is_open = {} in operation.get("security", [])
            found.append(Operation(method, path, frozenset(names), is_open))
    return found


@pytest.fixture(scope="session")
def every_operation() -> list[Operation]:
    return operations()


@pytest.fixture
def ann(db, settings) -> APIClient:
    settings.SOCIALML_RATE_LIMITS = {
        scope: (10_000_000, seconds)
        for scope, (_, seconds) in settings.SOCIALML_RATE_LIMITS.items()
    }
    client = APIClient()
    body = {"username": "ann", "email": "ann@example.com"}
    data = client.post("/api/profile", body).json()["data"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {data['tokens']['access']}")
    client.profile_id = data["id"]
    client.post_id = client.post("/api/post", {"content": f"Hello {timezone.now()}"}).json()[
        "data"
    ]["id"]
    return client
