"""The operations of the API, read from its own description."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = {"get", "post", "put", "patch", "delete"}
JSON = "application/json"
_PARAMETER = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the API describes it."""

    method: str
    path: str
    query: frozenset[str]
    is_open: bool
    takes_json: bool
    takes_body: bool
    required: frozenset[str]
    answered: frozenset[str]

    def url(self, ids: Mapping[str, int] | None = None, *, every: str = "1") -> str:
        """Return the path with `ids` filled in by name, or `every` where none is given."""
        found = ids or {}
        return _PARAMETER.sub(lambda match: str(found.get(match[1], every)), self.path)

    @property
    def has_id(self) -> bool:
        return "{" in self.path

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def described() -> dict[str, Any]:
    """Return the description of the API."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> list[Operation]:
    """Return every operation that the API describes."""
    schema = described()
    shapes = schema["components"]["schemas"]
    return [
        _operation(method, path, operation, shapes)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def _operation(method: str, path: str, found: dict[str, Any], shapes: dict[str, Any]) -> Operation:
    content = found.get("requestBody", {}).get("content", {})
    name = content.get(JSON, {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return Operation(
        method=method,
        path=path,
        query=frozenset(p["name"] for p in found.get("parameters", []) if p["in"] == "query"),
        is_open={} in found.get("security", []),
        takes_json=JSON in content,
        takes_body=bool(content),
        required=frozenset(shapes.get(name, {}).get("required", ())),
        answered=frozenset(_answered(found, shapes)),
    )


def _answered(found: dict[str, Any], shapes: dict[str, Any]) -> Iterator[str]:
    """Yield the path of every value that a success may hold, a `*` for any key."""
    for status, response in found["responses"].items():
        if status < "300" and JSON in response.get("content", {}):
            yield from _paths(response["content"][JSON]["schema"], shapes)


def _paths(shape: dict[str, Any], shapes: dict[str, Any], at: str = "") -> Iterator[str]:
    shape = shapes[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape
    inner = shape.get("additionalProperties")
    for one in [*shape.get("allOf", []), *shape.get("oneOf", [])]:
        yield from _paths(one, shapes, at)
    for name, value in shape.get("properties", {}).items():
        yield from _paths(value, shapes, f"{at}.{name}".lstrip("."))
    if shape.get("type") == "array":
        yield from _paths(shape["items"], shapes, f"{at}[]")
    elif isinstance(inner, dict):
        yield from _paths(inner, shapes, f"{at}.*")
    elif not {"allOf", "oneOf", "properties"} & set(shape) and at:
        yield at
