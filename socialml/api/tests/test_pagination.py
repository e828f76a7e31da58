import pytest

from socialml.api.pagination import InvalidCursor, cursor_read, cursor_write


def test_a_cursor_gives_back_its_place():
    cursor = cursor_write([12, "2026-01-01"], scope="posts:7:")

    assert cursor_read(cursor, scope="posts:7:") == [12, "2026-01-01"]


def test_a_cursor_of_another_list_or_viewer_is_refused():
    cursor = cursor_write([12], scope="posts:7:")

    with pytest.raises(InvalidCursor):
        cursor_read(cursor, scope="posts:8:")


@pytest.mark.parametrize("text", ["", "!!!", "//79", "cD0lMDA", "a" * 2000, "é", "p=%00"])
def test_what_was_not_made_here_is_refused(text):
    with pytest.raises(InvalidCursor):
        cursor_read(text, scope="posts:7:")


def test_each_changed_letter_is_noticed():
    cursor = cursor_write({"after": 1000}, scope="s")

    for place in range(len(cursor) - 1):
        changed = "A" if cursor[place] != "A" else "B"
        with pytest.raises(InvalidCursor):
            cursor_read(cursor[:place] + changed + cursor[place + 1 :], scope="s")
