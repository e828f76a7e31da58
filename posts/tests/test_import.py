import gzip
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.models import Event
from posts.models import Like, Post, PostHashtag
from posts.services import like_add
from posts.services.imports import interactions_import
from posts.services.reconcile import counters_check
from posts.tests.factories import NOON
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ITEMS = """item,title,genres
1,"Toy Story (1995)",Animation|Children's|Comedy
2,"A walk # funny dogs # Rain, part 2",
3,Heat,Crime
"""
RATINGS = """user,item,rating,timestamp
7,1,5,874965758
7,2,2,874965800
8,1,3,874965000
"""


@pytest.fixture
def files(tmp_path):
    def write(interactions=RATINGS, items=ITEMS):
        (tmp_path / "train.csv").write_text(interactions)
        (tmp_path / "items.csv").write_text(items)
        return tmp_path / "train.csv", tmp_path / "items.csv"

    return write


def bring(files, **changed):
    interactions, items = files
    asked = {
        "interactions": interactions,
        "items": items,
        "source": "imported",
        "has_likes": True,
        "fallback": interactions.parent,
        "at": NOON,
        **changed,
    }
    return interactions_import(**asked)


def wrong():
    return [f.check.name for f in counters_check() if f.drifted]


def acts(**which):
    rows = Event.objects.filter(client_id__isnull=False, **which).order_by("occurred_at", "pk")
    names = dict(Post.objects.values_list("pk", "external_id"))
    users = dict(User.objects.values_list("pk", "username"))
    return [(users[e.actor_id], e.kind, names[e.post_id]) for e in rows]


def test_good_ratings_are_likes_and_bad_ones_views(files):
    report = bring(files())

    assert acts() == [
        ("imported-8", "liked", "imported:1"),
        ("imported-7", "liked", "imported:1"),
        ("imported-7", "viewed", "imported:2"),
    ]
    first, second, third = Post.objects.order_by("external_id")
    assert (first.like_count, second.view_count, third.like_count) == (2, 1, 0)
    assert Like.objects.count() == 2
    assert Event.objects.earliest("occurred_at").occurred_at.year == 1997
    assert set(Event.objects.values_list("recorded_at", flat=True)) == {NOON}
    assert (report.accounts, report.posts, report.likes, report.views) == (3, 3, 2, 1)
    assert wrong() == []


def test_items_become_posts_of_one_archive_account(files):
    bring(files())

    archive = User.objects.get(is_archive=True)
    post = Post.objects.get(external_id="imported:1")
    assert set(Post.objects.values_list("author_id", flat=True)) == {archive.pk}
    assert archive.post_count == 3
    assert (post.content, post.category) == ("Toy Story (1995)", "animation")
    assert post.hashtags == ["animation", "childrens", "comedy"]
    assert post.published_at == datetime.fromtimestamp(874965000, UTC)
    assert '"Toy Story (1995)"' in post.fragment
    assert post.insights["language"]


def test_a_hashtag_may_stand_apart_from_its_sign(files):
    bring(files())

    post = Post.objects.get(external_id="imported:2")
    tags = PostHashtag.objects.filter(post=post).values_list("name", flat=True)
    assert post.hashtags == ["funnydogs", "rain"]
    assert sorted(tags) == ["funnydogs", "rain"]


def test_named_authors_get_accounts_of_their_own(files):
    items = 'item,author,title,category,hashtags,created\n1,ann,Hi,Music,"a b",2026-10-01T08:00Z\n'

    bring(files(interactions="user,item\nANN,1\nbob,1\n", items=items))

    post = Post.objects.get()
    assert (post.author.username, post.category) == ("imported-ann", "music")
    assert post.hashtags == ["a", "b"]
    assert post.published_at == datetime(2026, 10, 1, 8, tzinfo=UTC)
    assert sorted(User.objects.values_list("username", flat=True)) == [
        "imported-ann",
        "imported-bob",
    ]
    assert not User.objects.first().has_usable_password()
    assert wrong() == []


def test_positions_become_minutes_that_end_now(files):
    bring(files(interactions="user,item,pos\n7,3,20\n7,1,4\n7,2,9\n8,1,0\n"))

    user = User.objects.get(username="imported-7")
    mine = Event.objects.filter(actor_id=user.pk).order_by("occurred_at")
    moments = list(mine.values_list("client_id", "occurred_at"))
    assert moments == [
        ("imported:1", NOON - timedelta(minutes=2)),
        ("imported:2", NOON - timedelta(minutes=1)),
        ("imported:3", NOON),
    ]


def test_without_times_or_positions_the_order_is_the_files(files):
    bring(files(interactions="user,item\n7,2\n7,3\n7,1\n"))

    assert [item for _, _, item in acts()] == ["imported:2", "imported:3", "imported:1"]


def test_views_can_be_imported_instead_of_likes(files):
    bring(files(), has_likes=False)

    assert {kind for _, kind, _ in acts()} == {"viewed"}
    assert not Like.objects.exists()
    assert wrong() == []


def test_a_second_import_adds_nothing(files):
    bring(files())
    before = (User.objects.count(), Post.objects.count(), Event.objects.count())

    report = bring(files(), at=NOON + timedelta(hours=1))

    assert (User.objects.count(), Post.objects.count(), Event.objects.count()) == before
    assert (report.accounts, report.posts, report.likes, report.known) == (0, 0, 0, 3)
    assert wrong() == []


def test_an_import_that_stopped_half_way_is_completed(files):
    bring(files(), limit=1)
    assert len(acts()) == 1

    report = bring(files())

    assert (report.known, report.likes, report.views) == (1, 1, 1)
    assert len(acts()) == 3
    assert wrong() == []


def test_what_the_account_did_here_meanwhile_is_not_done_again(files):
    bring(files(), limit=1)
    user = User.objects.get(username="imported-7")
    other = Post.objects.get(external_id="imported:2")
    like_add(post_id=other.pk, user_id=user.pk, at=NOON)

    report = bring(files(interactions="user,item\n7,1\n7,2\n8,2\n"))

    assert (report.known, report.likes) == (2, 1)
    assert wrong() == []


def test_a_zipped_file_is_read_like_a_plain_one(files, tmp_path):
    interactions, items = files()
    zipped = tmp_path / "train.csv.gz"
    zipped.write_bytes(gzip.compress(interactions.read_bytes()))

    bring((zipped, items))

    assert len(acts()) == 3


def test_bad_rows_are_counted_and_written_down(files, tmp_path):
    rows = [
        "7,99,5,874965758",
        "7,1,five,874965758",
        "7,1,5,yesterday",
        "7,1,5,99999999999",
        "7,1",
        "a b,1,5,874965758",
        "7,1,nan,874965758",
        "7\x00,1,5,874965758",
        "7,1,5,874965758",
        "7,1,5,874965759",
    ]

    report = bring(files(interactions="user,item,rating,timestamp\n" + "\n".join(rows)))

    assert dict(report.rejected) == {
        "unknown_item": 1,
        "bad_rating": 2,
        "bad_time": 2,
        "wrong_width": 1,
        "bad_user": 1,
        "null_character": 1,
    }
    assert (report.likes, report.repeated) == (1, 1)
    lines = (tmp_path / "train.csv.rejects.csv").read_text().splitlines()
    assert lines[:2] == ["line,reason,row", '2,unknown_item,"7,99,5,874965758"']
    assert len(lines) == 9
    assert {user for user, _, _ in acts()} == {"imported-7"}


def test_rows_that_are_no_utf8_are_rejected_alone(files):
    interactions, items = files()
    interactions.write_bytes(b"user,item\n\xff\xfe,1\n7,1\n")

    report = bring((interactions, items))

    assert dict(report.rejected) == {"not_utf8": 1}
    assert report.likes == 1


def test_rejects_go_elsewhere_when_their_folder_cannot_be_written(files, tmp_path):
    interactions, items = files(interactions="user,item\n7,99\n")
    # A folder of that name stands in the way, which not even root can open as a file.
    (tmp_path / "train.csv.rejects.csv").mkdir()

    report = bring((interactions, items), fallback=tmp_path / "var")

    assert report.rejects == [tmp_path / "var" / "train.csv.rejects.csv"]
    assert "unknown_item" in report.rejects[0].read_text()


@pytest.mark.parametrize(
    ("interactions", "message"),
    [
        ("person,item\n1,1\n", "lacks the column 'user'"),
        ("", "does not begin with a line that names its columns"),
        ("\x1b[2J\x07,user,item\n", "is no text in UTF-8"),
        ("u" * 200_000, "is no CSV file: field larger"),
        (None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    files, tmp_path, interactions, message
):
    written, items = files(interactions=interactions or "")
    if interactions is None:
        written.unlink()

    with pytest.raises(CommandError, match=message):
        call_command("import_interactions", str(written), items=items)

    assert not User.objects.exists()
    assert not Post.objects.exists()


def test_a_zipped_file_that_is_cut_off_is_refused_whole(files, tmp_path):
    interactions, items = files(interactions="user,item\n" + "7,1\n8,2\n" * 5_000)
    zipped = tmp_path / "train.csv.gz"
    zipped.write_bytes(gzip.compress(interactions.read_bytes())[:-30])

    with pytest.raises(CommandError, match=r"train\.csv\.gz"):
        call_command("import_interactions", str(zipped), items=items)

    assert not User.objects.exists()


def test_an_account_that_somebody_uses_is_left_alone(files):
    owner = UserFactory(username="imported-7", password="violet-otter-47")

    with pytest.raises(CommandError, match="--source"):
        call_command("import_interactions", *map(str, files()[:1]), items=files()[1])

    assert not Event.objects.filter(actor_id=owner.pk).exists()
    assert not Post.objects.exists()


def test_two_sources_do_not_meet(files):
    out = StringIO()
    interactions, items = files()

    call_command("import_interactions", str(interactions), items=items, stdout=out)
    call_command("import_interactions", str(interactions), items=items, source="other", stdout=out)

    assert Post.objects.count() == 6
    assert User.objects.filter(is_archive=True).count() == 2
    assert "3 new accounts, 3 new posts, 2 likes, 1 views" in out.getvalue()
    assert wrong() == []
