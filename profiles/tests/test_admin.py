import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from posts.models import Case, Decision
from posts.services import report_add
from profiles.models import User
from profiles.tests.factories import NOON, UserFactory, client_for

pytestmark = pytest.mark.django_db

LIST = "admin:profiles_user_changelist"


def _signed_in(**fields):
    user = UserFactory(is_staff=True, **fields)
    client = Client()
    client.force_login(user)
    return client, user


def _act(client, action, *users, **body):
    data = {"action": action, "_selected_action": [user.pk for user in users], **body}
    return client.post(reverse(LIST), data)


@pytest.mark.django_db(transaction=True)
def test_suspending_asks_for_a_reason_and_then_acts():
    client, moderator = _signed_in(is_superuser=True)
    user = UserFactory(username="troll")
    api = client_for(user)

    asked = _act(client, "suspend", user)
    assert b"troll" in asked.content
    user.refresh_from_db()
    assert user.is_active
    assert not Decision.objects.exists()

    _act(client, "suspend", user, reason="Spam")

    user.refresh_from_db()
    assert not user.is_active
    assert api.get("/api/profile").status_code == 401
    decision = Decision.objects.get()
    assert (decision.action, decision.account_id) == ("suspend", user.pk)
    assert (decision.moderator_id, decision.reason) == (moderator.pk, "Spam")

    _act(client, "reinstate", user, reason="A mistake")
    user.refresh_from_db()
    assert user.is_active
    assert Decision.objects.count() == 2


def test_suspending_from_the_list_decides_the_case_that_reports_opened():
    client, _ = _signed_in(is_superuser=True)
    user = UserFactory()
    report = report_add(account_id=user.pk, reporter_id=UserFactory().pk, reason="spam", at=NOON)

    _act(client, "suspend", user, reason="Spam")
    _act(client, "suspend", user, reason="Once more")

    report.refresh_from_db()
    assert report.state == "upheld"
    assert list(Case.objects.values_list("state", flat=True)) == ["decided"]
    assert Decision.objects.count() == 1


def test_nobody_suspends_oneself():
    client, moderator = _signed_in(is_superuser=True)

    _act(client, "suspend", moderator, reason="Tired")

    moderator.refresh_from_db()
    assert moderator.is_active
    assert not Decision.objects.exists()


def test_who_may_only_look_may_not_act():
    client, staff = _signed_in()
    staff.user_permissions.add(Permission.objects.get(codename="view_user"))
    user = UserFactory()

    assert client.get(reverse(LIST)).status_code == 200
    _act(client, "suspend", user, reason="Because")

    user.refresh_from_db()
    assert user.is_active
    assert not Decision.objects.exists()


@pytest.mark.parametrize("search", ["TROLL", "troll@example.com", "nothing", "1", "%"])
def test_the_list_finds_by_name_address_and_id(search):
    client, _ = _signed_in(is_superuser=True)
    UserFactory(username="troll", email="troll@example.com")

    response = client.get(reverse(LIST), {"q": search})

    assert response.status_code == 200
    if "troll" in search.casefold():
        assert [u.username for u in response.context["cl"].queryset] == ["troll"]


def test_what_people_wrote_is_escaped():
    client, _ = _signed_in(is_superuser=True)
    user = UserFactory(display_name="<script>alert(1)</script>", bio="</textarea><img onerror=x>")

    listed = client.get(reverse(LIST)).content
    shown = client.get(reverse("admin:profiles_user_change", args=[user.pk])).content

    assert b"<script>alert(1)" not in listed + shown
    assert b"<img onerror" not in shown
    assert user.email.encode() in shown
    assert user.password.encode() not in shown


@pytest.mark.parametrize("model", ["follow", "block", "session", "erasure"])
def test_the_other_tables_can_be_looked_at_and_no_more(model):
    client, _ = _signed_in(is_superuser=True)

    assert client.get(reverse(f"admin:profiles_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:profiles_{model}_add")).status_code == 403
    assert client.get(reverse(LIST) + "add/").status_code == 403


def test_rights_are_a_superusers_to_give():
    client, _ = _signed_in(is_superuser=True)
    user = UserFactory(bio="Mine")

    url = reverse("admin:profiles_user_change", args=[user.pk])
    response = client.post(url, {"is_staff": "on", "bio": "Changed", "is_active": ""})

    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.is_staff, user.bio, user.is_active) == (True, "Mine", True)
    assert User.objects.filter(is_superuser=True).count() == 1
