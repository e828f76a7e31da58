"""Which files can be imported, and what is said of rows that cannot."""

import gzip
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.models import Event
from posts.models import Post
from posts.tests.imports import acts, bring, wrong
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


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
