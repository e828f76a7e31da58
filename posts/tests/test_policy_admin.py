"""Operators' pages of the policy: a draft is made, changed, replayed and made live."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from posts.models import PolicyVersion, Rule
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of

pytestmark = pytest.mark.django_db

LIST = "/admin/posts/policyversion/"


def operator(*names):
    made = UserFactory(is_staff=True)
    made.user_permissions.set(
        Permission.objects.filter(content_type__app_label="posts", codename__in=names)
    )
    return made


@pytest.fixture
def pages(client):
    names = [f"{verb}_policyversion" for verb in ("view", "add", "change", "delete")]
    client.force_login(operator(*names))
    return client


@pytest.fixture
def live():
    return policy_make_live(rule_of("hold", code="spam", thresholds={"spam": 0.9}))


@pytest.fixture
def draft(live):
    made = PolicyVersion.objects.create(note="Stricter", created_at=NOON)
    Rule.objects.create(policy=made, **rule_of("hold", code="spam", thresholds={"spam": 0.9}))
    return made


def rules_form(draft, **changes):
    rule = draft.rules.get()
    fields = {
        "id": rule.pk,
        "policy": draft.pk,
        "code": rule.code,
        "text": rule.text,
        "thresholds": '{"spam": 0.9}',
        "action": rule.action,
        "languages": "[]",
        "audience": rule.audience,
        "about": rule.about,
        **changes,
    }
    management = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1}
    return {
        "note": draft.note,
        **{f"rules-{name}": value for name, value in management.items()},
        **{f"rules-0-{name}": value for name, value in fields.items()},
    }


def test_adding_a_version_copies_the_live_rules_into_a_draft(pages, live):
    assert pages.get(f"{LIST}add/").status_code == 200

    response = pages.post(f"{LIST}add/", {"note": "Stricter"})

    made = PolicyVersion.objects.latest("pk")
    assert response.url == f"{LIST}{made.pk}/change/"
    assert (made.note, made.is_draft, made.created_by_id is not None) == ("Stricter", True, True)
    assert [rule.code for rule in made.rules.all()] == ["spam"]
    assert pages.get(response.url).status_code == 200


def test_a_rule_of_a_draft_is_changed(pages, draft):
    response = pages.post(
        f"{LIST}{draft.pk}/change/", rules_form(draft, thresholds='{"spam": 0.6}')
    )

    assert response.status_code == 302
    assert draft.rules.get().thresholds == {"spam": 0.6}


def test_a_rule_that_could_not_be_judged_by_is_refused_with_what_belongs_there(pages, draft):
    response = pages.post(
        f"{LIST}{draft.pk}/change/", rules_form(draft, thresholds='{"rudeness": 0.6}')
    )

    assert response.status_code == 200
    assert b"each 0 to 1" in response.content
    assert draft.rules.get().thresholds == {"spam": 0.9}


def test_what_was_live_is_read_and_never_changed(pages, live):
    assert pages.get(f"{LIST}{live.pk}/change/").status_code == 200

    response = pages.post(f"{LIST}{live.pk}/change/", rules_form(live, thresholds='{"spam": 0.6}'))

    assert response.status_code == 403
    assert pages.post(f"{LIST}{live.pk}/delete/", {"post": "yes"}).status_code == 403
    assert live.rules.get().thresholds == {"spam": 0.9}


def test_the_preview_shows_what_would_change_and_makes_it_live(pages, draft, live):
    draft.rules.update(thresholds={"spam": 0.5})
    post = PostFactory(
        content="<script>alert(1)</script>",
        insights={"spam": {"score": 0.7}},
        published_at=timezone.now(),
    )
    url = f"{LIST}{draft.pk}/preview/"

    page = pages.get(url, {"days": 7})

    assert page.status_code == 200
    assert f"post {post.pk}" in page.content.decode()
    assert b"<script>alert(1)" not in page.content
    answer = pages.post(url, {"instead_of": live.pk})
    assert answer.url == LIST
    draft.refresh_from_db()
    assert draft.is_live


def test_activating_is_refused_where_another_went_live_meanwhile(pages, draft, live):
    newer = policy_make_live()

    pages.post(f"{LIST}{draft.pk}/preview/", {"instead_of": live.pk})

    assert PolicyVersion.objects.get(is_live=True) == newer


def test_who_may_only_look_activates_nothing(client, draft, live):
    client.force_login(operator("view_policyversion"))
    url = f"{LIST}{draft.pk}/preview/"

    assert client.get(url).status_code == 200
    assert client.post(url, {"instead_of": live.pk}).status_code == 403
    assert client.post(f"{LIST}add/", {"note": "Mine"}).status_code == 403
    client.force_login(operator())
    assert client.get(url).status_code == 403

    assert PolicyVersion.objects.get(is_live=True) == live


@pytest.mark.parametrize("days", ["0", "31", "many", ""])
def test_a_bad_number_of_days_is_answered_with_a_page(pages, draft, days):
    assert pages.get(f"{LIST}{draft.pk}/preview/", {"days": days}).status_code == 200


@pytest.mark.parametrize("known", ["", "two", "9" * 5_000])
def test_activating_in_place_of_no_version_there_is_changes_nothing(pages, draft, live, known):
    assert pages.post(f"{LIST}{draft.pk}/preview/", {"instead_of": known}).status_code == 302

    assert PolicyVersion.objects.get(is_live=True) == live
