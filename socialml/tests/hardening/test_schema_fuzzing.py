"""Requests made up from the API's own description: whatever is asked, nothing breaks."""

import re
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from profiles.models import User
from socialml.core.redis import client as redis
from socialml.tests.hardening.operations import described, operations
from socialml.wsgi import application

# All of them together.
pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# A batch of events is judged item by item: its answer is 200, and says of each what became of it.
JUDGED_ITEM_BY_ITEM = {"POST /api/user-behavior"}
# What is made up is no password, no token, no video, no part of one and no known event, and seldom
# a name: nothing of it need be let in.
NEVER_LET_IN = {
    "POST /api/profile",
    "POST /api/auth/token",
    "POST /api/auth/token/refresh",
    "POST /api/moderation/token",
    "GET /api/profile/erasure",
    "POST /api/reels",
    "PUT /api/reels/uploads/{upload_id}/parts/{number}",
    "POST /api/reels/uploads/{upload_id}/finish",
    "POST /api/user-behavior",
}
FOR_STAFF = {"GET /api/analytics/segments"}
# There is nothing to send that the description forbids: they take no input.
TAKES_NOTHING = {"GET /api/post/categories"}


# Unknown parameters are ignored, and the header is always Ann's: neither makes a request wrong.
HARMLESS = (
    "query: violates `additionalProperties`",
    "header: violates `required` (was Authorization)",
)


def wrong_data_is_refused(context, response, case):
    """Check that a request which breaks the description is refused, unless it does no harm."""
    try:
        return negative_data_rejection(context, response, case)
    except AcceptedNegativeData as accepted:
        broken = re.findall(r"^  - (.+)$", accepted.message, re.MULTILINE)
        if broken and all(part in HARMLESS for part in broken):
            return None
        raise


@pytest.fixture(scope="module")
def api_operations():
    schema = schemathesis.openapi.from_dict(described())
    schema.app = application
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the server's end of a request from closing the test's own connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def send(ann, _one_connection):
    """Return a function that sends a case as Ann, checks the answer and gives its status."""
    header = {"Authorization": ann._credentials["HTTP_AUTHORIZATION"]}

    def sent(case, checks) -> int:
        with transaction.atomic():
            response = case.call_and_validate(checks=checks, headers=header)
            # The next example meets the same people and posts.
            transaction.set_rollback(True)
        redis.flushdb()
        return response.status_code

    return sent


def is_for_its_owner(operation) -> bool:
    changes = operation.method in ("patch", "delete") and "user_id" not in operation.path
    own = ("/api/analytics/", "/api/moderation/decisions/", "/api/reels/uploads/{upload_id}")
    # Finishing one's own looks into a video each time.
    return changes or (operation.path.startswith(own) and not operation.path.endswith("/finish"))


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_what_is_described_is_answered_as_described(world, send, api_operations, operation):
    ids = world.ids_for(operation, of=world.ann if is_for_its_owner(operation) else world.bob)
    if str(operation) in FOR_STAFF:
        User.objects.filter(pk=world.ann.pk).update(is_staff=True)
    statuses = []

    @EXAMPLES
    @given(api_operations[str(operation)].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def as_described(case):
        case.path_parameters = {name: ids[name] for name in case.path_parameters or {}}
        statuses.append(send(case, CHECKS))

    as_described()

    is_let_in = any(status < 400 for status in statuses)
    assert is_let_in or str(operation) in NEVER_LET_IN, statuses


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_what_is_not_described_is_refused_as_described(world, send, api_operations, operation):
    if str(operation) in TAKES_NOTHING:
        pytest.skip("it takes no input")
    is_judged_whole = str(operation) not in JUDGED_ITEM_BY_ITEM
    checks = [*CHECKS, wrong_data_is_refused] if is_judged_whole else CHECKS
    statuses = []

    @EXAMPLES
    @given(api_operations[str(operation)].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def otherwise(case):
        statuses.append(send(case, checks))

    otherwise()

    assert any(status >= 400 for status in statuses), statuses
