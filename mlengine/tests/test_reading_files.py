"""Files anybody may supply: what is understood, and what is refused with the line."""

import gzip
import re

import pytest

from mlengine.datasets import read_interactions, read_items, table_rows
from mlengine.datasets.posts import read_posts
from mlengine.datasets.tabular import read_labelled_table
from mlengine.errors import DatasetError


@pytest.fixture
def write(tmp_path):
    def written(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_ratings_weigh_as_shares_of_the_highest(write):
    chosen = read_interactions(write("user,item,rating,timestamp\n1,10,5,100\n1,11,1,50\n"))

    assert chosen.matrix.toarray()[0].tolist() == pytest.approx([1.0, 0.2])
    assert chosen.at.tolist() == [100.0, 50.0]


def test_gzip_a_byte_order_mark_blank_lines_and_more_columns_are_fine(write):
    content = gzip.compress("\ufeffuser,colour,item,pos\n1,red,10,0\n\n1,blue,11,1\n".encode())

    chosen = read_interactions(write(content, "rows.csv.gz"))

    assert chosen.item_ids.tolist() == [10, 11]
    assert chosen.at is None
    assert chosen.age.tolist() == [1, 0]


def test_plays_weigh_by_their_logarithm(write):
    chosen = read_interactions(write("user,item,plays\n1,10,0\n1,11,1000\n1,12,1\n"))

    assert chosen.item_ids.tolist() == [11, 12]
    assert chosen.matrix.toarray()[0].tolist() == pytest.approx([6.9088, 0.6931], abs=1e-3)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("user,item\n", "no row"),
        ("user,thing\n1,2\n", "'item'"),
        ("user,user\n1,2\n", "twice"),
        ("user,item\n1,2\n1\n", "line 3"),
        ("user,item\n1,2,3\n", "line 2"),
        ("user,item\n1,cat\n", "line 2, column 'item'"),
        ("user,item\n1,2.5\n", "line 2, column 'item'"),
        ("user,item\n1,99999999999999999999\n", "too large"),
        ("user,item,rating\n1,2,nan\n", "line 2, column 'rating'"),
        ("user,item,rating\n1,2,-3\n", "below zero"),
        ("user,item,timestamp\n1,2,soon\n", "line 2, column 'timestamp'"),
        ("user,item\n1,\x00\n", "line 2"),
        (b"user,item\n1,\xff\n", "UTF-8"),
    ],
)
def test_refuses_a_bad_file_and_says_where(write, content, says):
    with pytest.raises(DatasetError, match=re.escape(says)) as refusal:
        read_interactions(write(content))

    assert "rows.csv" in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [b"user,item\n1,2\n", b"", gzip.compress(b"user,item\n" * 99, mtime=0)[:-9]],
    ids=["plain", "empty", "cut"],
)
def test_refuses_what_is_not_whole_gzip(write, content):
    with pytest.raises(DatasetError):
        read_interactions(write(content, "rows.csv.gz"))


def test_refuses_a_missing_file_or_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(DatasetError):
            read_interactions(path)


def test_a_field_without_end_is_refused_in_bounded_memory(write):
    with pytest.raises(DatasetError, match="line"):
        list(table_rows(write('user,item\n1,"' + "x" * 1_100_000 + '"\n'), required=("user",)))


def test_items_join_the_columns_people_read(write):
    items = read_items(write("item,title,genres,category\n7,Cats,Calm|Soft,pets\n3,,,\n"))

    assert items.item_ids.tolist() == [3, 7]
    assert items.texts == ["", "Cats Calm Soft"]
    assert items.categories == ["", "pets"]


def test_refuses_an_item_described_twice(write):
    with pytest.raises(DatasetError, match="line 3"):
        read_items(write("item,title\n7,a\n7,b\n"))


def test_posts_come_out_in_order_of_time_without_those_that_have_no_outcome(write):
    path = write("when,who,text,likes\n2026-01-02,ann,b,2\n2026-01-01,ann,a,1\n2026-01-03,ann,c,\n")

    posts = read_posts(path, text="text", target="likes", time="when", author="who")

    assert posts.texts == ["a", "b"]
    assert posts.outcomes.tolist() == [1.0, 2.0]
    assert posts.at[1] - posts.at[0] == 86_400


def test_refuses_posts_with_a_negative_or_no_outcome(write):
    with pytest.raises(DatasetError, match="line 2"):
        read_posts(write("text,likes\na,-1\n"), text="text", target="likes")
    with pytest.raises(DatasetError, match="no row"):
        read_posts(write("text,likes\na,\n"), text="text", target="likes")


def test_labels_are_understood_in_several_words_and_others_refused(write):
    table = read_labelled_table(write("age,left\n3,Yes\n4,0\n5,\n6,TRUE\n"), label="left")

    assert table.labels.tolist() == [1.0, 0.0, 1.0]
    assert table.columns == {"age": ["3", "4", "6"]}
    with pytest.raises(DatasetError, match="line 2"):
        read_labelled_table(write("age,left\n3,maybe\n"), label="left")
    with pytest.raises(DatasetError, match="beside"):
        read_labelled_table(write("left\n1\n"), label="left")
