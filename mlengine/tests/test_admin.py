"""What operators can see and do."""

import pytest
from django.test import Client
from django.urls import reverse

from mlengine.models import ModelVersion
from mlengine.registry import live_version
from mlengine.slates import slates_publish
from mlengine.tests.community import act, post_make
from mlengine.tests.test_registry import promoted, version_of
from profiles.tests.factories import NOON, UserFactory
from socialml.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def choose(client, model, action, rows):
    url = reverse(f"admin:{model}_changelist")
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url, data, follow=True)


@pytest.mark.parametrize("model", ["modelversion", "trainingrun", "slate", "segment"])
def test_lists_and_pages_open(operator, model):
    act(UserFactory(), post_make(UserFactory()))
    slates_publish(at=NOON)
    version_of(1)

    listed = operator.get(reverse(f"admin:mlengine_{model}_changelist") + "?q=1")

    assert listed.status_code == 200


def test_a_version_is_shown_without_its_megabytes(operator):
    version = version_of(1)

    page = operator.get(reverse("admin:mlengine_modelversion_change", args=[version.pk]))

    assert page.status_code == 200
    assert "artifact" not in page.content.decode()


def test_promoting_and_rolling_back_go_through_the_registry(operator):
    first, second = promoted(1), version_of(2)

    choose(operator, "mlengine_modelversion", "promote", [second])
    assert live_version("number").pk == second.pk
    assert Job.objects.get().kwargs == {"name": "number"}

    choose(operator, "mlengine_modelversion", "roll_back", [second])
    assert live_version("number").pk == first.pk

    answer = choose(operator, "mlengine_modelversion", "roll_back", [first])
    assert "No earlier version" in answer.content.decode()
    assert live_version("number").pk == first.pk


def test_two_versions_at_once_are_not_promoted(operator):
    answer = choose(operator, "mlengine_modelversion", "promote", [version_of(1), version_of(2)])

    assert "Choose one version." in answer.content.decode()
    assert not ModelVersion.objects.filter(is_live=True).exists()


def test_a_dead_job_is_tried_again_and_a_running_one_is_left_alone(operator):
    facts = {"task": "posts.tasks.x", "created_at": NOON, "available_at": NOON, "attempts": 3}
    dead = Job.objects.create(state=Job.State.DEAD, error="It broke.", **facts)
    running = Job.objects.create(state=Job.State.RUNNING, **facts)

    choose(operator, "core_job", "retry", [dead, running])

    dead.refresh_from_db()
    running.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)
    assert (running.state, running.attempts) == ("running", 3)
