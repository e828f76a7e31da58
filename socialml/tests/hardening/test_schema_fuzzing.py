"""Requests made up from the API's own description: whatever is asked, nothing breaks."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from socialml.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture
def api_schema(ann):
    return schemathesis.openapi.from_wsgi("/api/schema?format=json", application)


schema = schemathesis.pytest.from_fixture("api_schema")


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_described(case, ann):
    ann_header = ann._credentials["HTTP_AUTHORIZATION"]

    case.call_and_validate(checks=CHECKS, headers={"Authorization": ann_header})
