from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

# Pages and probes, which are no part of the REST API.
PAGES = {"", "docs", "metrics", "health/live", "health/ready", "api/schema"}


def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def shape(path):
    """The path with each parameter as {}."""
    return "/".join("{}" if part[:1] in ("<", "{") else part for part in path.strip("/").split("/"))


def test_every_endpoint_is_in_the_schema():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    described = {shape(path) for path in schema["paths"]}
    served = {
        shape(route)
        for route in routes(get_resolver().url_patterns)
        if route.startswith("api/") and route not in PAGES
    }

    assert served
    assert served <= described


def test_every_operation_says_what_it_is_for_and_how_it_fails():
    schema = SchemaGenerator().get_schema(request=None, public=True)

    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), (path, method)
            assert "429" in operation["responses"], (path, method)
