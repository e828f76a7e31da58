import pytest
from django.apps import apps
from django.db.models import ManyToManyField

from analytics.models import Event
from mlengine.models import AccountInsight, Slate
from posts.services import comment_add, like_add
from posts.tests.factories import PostFactory
from profiles.api.export import NOT_EXPORTED, TABLES
from profiles.models import User
from profiles.services import block_add, follow_add, preferences_set
from profiles.tests.factories import NOON, UserFactory, client_for

pytestmark = pytest.mark.django_db

# Columns that hold an account's id without a foreign key.
PLAIN_IDS = {"user_id", "actor_id", "target_id", "author_id", "account_id", "audience_id"}


def _ways():
    """Return each way from a row straight to an account: (model, column)."""
    return [
        (model, column.name)
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.concrete_fields
        if column.related_model is User or (not column.is_relation and column.name in PLAIN_IDS)
    ]


def _hanging_on(models):
    """Return the models whose rows hang on rows of `models`, at any remove."""
    found = set(models)
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if {column.related_model for column in model._meta.concrete_fields} & found
        }
        if more <= found:
            return found
        found |= more


def test_every_way_to_an_account_is_followed_or_written_off():
    followed = {
        (table.model, name.removesuffix("_id")) for table in TABLES for name in table.subject
    }

    missing = [
        f"{model._meta.label}.{name}"
        for model, name in _ways()
        if (model, name.removesuffix("_id")) not in followed
        and f"{model._meta.label}.{name}" not in NOT_EXPORTED
    ]

    assert missing == []


def test_every_table_hanging_on_an_accounts_rows_is_exported_or_written_off():
    exported = {table.model for table in TABLES}
    hanging = _hanging_on({User, *(model for model, _ in _ways())})
    written_off = {name.rpartition(".")[0] for name in NOT_EXPORTED}

    missing = {model._meta.label for model in hanging - exported} - written_off

    assert missing == set()


def test_what_is_written_off_exists_and_says_why():
    for name, why in NOT_EXPORTED.items():
        label, _, column = name.rpartition(".")
        assert apps.get_model(label)._meta.get_field(column)
        assert why.endswith(".")


def test_many_to_many_fields_are_written_off_by_their_tables():
    for model in apps.get_models():
        for column in model._meta.many_to_many:
            assert isinstance(column, ManyToManyField)
            if model is User:
                assert f"profiles.{column.remote_field.through.__name__}.user" in NOT_EXPORTED


def test_gives_all_of_ones_own_and_nothing_of_others():
    me = UserFactory(username="me_myself", bio="my bio")
    friend, enemy = UserFactory(), UserFactory()
    mine, theirs = PostFactory(author=me, content="my words"), PostFactory(author=friend)
    PostFactory(author=enemy, content="their secret")
    like_add(post_id=theirs.pk, user_id=me.pk, at=NOON)
    like_add(post_id=mine.pk, user_id=friend.pk, at=NOON)
    comment_add(post_id=theirs.pk, author_id=me.pk, content="my comment", at=NOON)
    follow_add(follower_id=me.pk, followed_id=friend.pk, at=NOON)
    block_add(blocker_id=enemy.pk, blocked_id=me.pk, at=NOON)
    preferences_set(user_id=me.pk, changes={"languages": ["en"]}, at=NOON)
    Slate.objects.create(
        audience="cohort", audience_id=me.pk, surface="feed", items="{}", computed_at=NOON
    )
    AccountInsight.objects.create(user_id=me.pk, churn_risk=0.5, computed_at=NOON)

    response = client_for(me).get("/api/profile/export")

    assert response.status_code == 200
    tables = response.json()["data"]["tables"]
    assert [row["username"] for row in tables["profiles.User"]] == ["me_myself"]
    assert "password" not in tables["profiles.User"][0]
    assert [row["content"] for row in tables["posts.Post"]] == ["my words"]
    assert [row["content"] for row in tables["posts.Comment"]] == ["my comment"]
    assert [row["post_id"] for row in tables["posts.Like"]] == [theirs.pk]
    assert [row["followed_id"] for row in tables["profiles.Follow"]] == [friend.pk]
    assert tables["profiles.Preferences"][0]["languages"] == ["en"]
    assert {row["actor_id"] for row in tables["analytics.Event"]} == {me.pk}
    assert len(tables["analytics.Event"]) == Event.objects.filter(actor_id=me.pk).count() == 3
    assert len(tables["mlengine.AccountInsight"]) == 1
    assert tables["mlengine.Slate"] == []
    assert tables["profiles.Block"] == []
    assert "their secret" not in response.content.decode()


def test_costs_one_query_a_table(django_assert_num_queries):
    me = UserFactory()
    client = client_for(me)

    with django_assert_num_queries(len(TABLES)):
        client.get("/api/profile/export")
    PostFactory.create_batch(3, author=me)
    with django_assert_num_queries(len(TABLES)):
        client.get("/api/profile/export")
