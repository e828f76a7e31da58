"""GET /api/analytics/export: a table as CSV that no spreadsheet runs."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from analytics.api.sheets import cell, table_csv
from analytics.api.tables import TABLES
from analytics.models import Event
from analytics.services.rollups import rollups_refresh
from analytics.tests.factories import event_make
from mlengine.models import ModelVersion, Segment, SegmentMembership, SegmentSize
from posts.tests.factories import PostFactory
from profiles.tests.factories import UserFactory, client_for

pytestmark = pytest.mark.django_db

EXPORT = "/api/analytics/export"
PLATFORMS = [name for name, table in TABLES.items() if not table.is_in("own")]


def export(user, **query):
    return client_for(user).get(EXPORT, query)


def rows_of(response):
    return list(csv.DictReader(StringIO(response.content.decode())))


@pytest.fixture
def author():
    return UserFactory()


def test_gives_a_table_as_a_file(author):
    event_make(Event.Kind.VIEWED, target_id=author.pk, occurred_at=timezone.now())

    response = export(author, table="days", since="2026-01-05", until="2026-01-06")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    named = 'attachment; filename="socialml-own-days-2026-01-05-2026-01-06.csv"'
    assert response["Content-Disposition"] == named
    assert [row["date"] for row in rows_of(response)] == ["2026-01-05", "2026-01-06"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_a_text_that_a_spreadsheet_would_run_is_kept_from_it(start):
    assert cell(f"{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text", ["a;=1+1;b", "a\n=1+1", "a\r+1", "a\t@x", 'a;"=1+1"', "a; -1", "a;＝1"]
)
def test_no_cell_of_a_text_is_a_formula_whatever_the_spreadsheet_splits_at(text, separator):
    table = StringIO(table_csv(["id", "content"], [{"id": 5, "content": text}]), newline="")

    cells = [found for row in csv.reader(table, delimiter=separator) for found in row]

    assert [found for found in cells if found.lstrip(" ").startswith(tuple("=+-@＝"))] == []


def test_numbers_and_plain_texts_stay_as_they_are():
    assert [cell(value) for value in (-3, 0.5, "a = b", None)] == [-3, 0.5, "a = b", ""]


def test_a_formula_in_a_post_is_a_quoted_text_in_the_table(author):
    post = PostFactory(author=author, content='=HYPERLINK("http://x";"y")')
    event_make(Event.Kind.LIKED, target_id=author.pk, post_id=post.pk, occurred_at=timezone.now())

    response = export(author, table="posts", range="7d")

    assert rows_of(response)[0]["content"] == '\'=HYPERLINK("http://x";"y")'
    assert b'"\'=HYPERLINK(""http://x"";""y"")"' in response.content


@pytest.mark.parametrize("table", TABLES)
def test_every_table_opens_for_staff_with_nothing_in_the_log(table):
    staff = UserFactory(is_staff=True)
    scope = "own" if table == "posts" else "platform"

    response = export(staff, table=table, scope=scope)

    assert response.status_code == 200
    [header, *_] = csv.reader(StringIO(response.content.decode()))
    assert header == list(TABLES[table].columns)


@pytest.mark.parametrize("table", PLATFORMS)
def test_the_platforms_tables_are_for_staff(author, table):
    refused = export(author, table=table, scope="platform")

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    assert export(author, table=table).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"table": "users"},
        {"table": "days", "since": "1026-01-01"},
        {"table": "days", "metric": "x"},
    ],
)
def test_refuses_what_makes_no_table(author, query):
    assert export(author, **query).status_code == 400


def test_takes_whoever_accepts_csv_and_nobody_who_wants_something_else(author):
    client = client_for(author)
    statuses = [
        client.get(EXPORT, {"table": "days"}, headers={"Accept": accepted}).status_code
        for accepted in ("text/csv", "text/*", "*/*", "application/json")
    ]

    assert statuses == [200, 200, 200, 406]


def test_creators_are_named_with_their_figures(author):
    event_make(Event.Kind.LIKED, target_id=author.pk, occurred_at=timezone.now())
    rollups_refresh(at=timezone.now())

    [row] = rows_of(export(UserFactory(is_staff=True), table="creators", scope="platform"))

    assert (row["username"], row["likes"]) == (author.username, "1")


def test_segments_are_told_by_day_and_movement_by_name():
    now = timezone.now()
    owls, creators = (
        Segment.objects.create(name=name, size=1, computed_at=now)
        for name in ("Night owls", "=Creators")
    )
    SegmentSize.objects.create(segment=owls, day=now.date(), accounts=1)
    moved = now - timedelta(hours=1)
    for segment, since, until in (
        (owls, now - timedelta(days=90), moved),
        (creators, moved, None),
    ):
        SegmentMembership.objects.create(account_id=7, segment=segment, since=since, until=until)
    staff = UserFactory(is_staff=True)

    [size] = rows_of(export(staff, table="segments", scope="platform"))
    [move] = rows_of(export(staff, table="movement", scope="platform"))

    assert (size["name"], size["accounts"]) == ("Night owls", "1")
    assert (move["from"], move["to"], move["accounts"]) == ("Night owls", "'=Creators", "1")


def test_a_model_is_told_with_its_score_and_what_stands_beside_it():
    candidate = {"mean_average_precision": 0.1, "mean_precision": 0.25, "recall": 0.5}
    metrics = {"score": 0.4, "baseline": 0.3, "measure": "recall", "candidate": candidate}
    made = {"name": "behaviour", "artifact": b"", "sha256": "", "trained_at": timezone.now()}
    ModelVersion.objects.create(**made, metrics=metrics, is_live=True)

    [row] = rows_of(export(UserFactory(is_staff=True), table="models", scope="platform"))

    found = [row[name] for name in ("score", "baseline", "drift", "precision", "recall", "f1")]
    assert found == ["0.4", "0.3", "", "0.25", "0.5", ""]
