"""Ids, pages, searches and queries of another form than ours, wherever they are taken."""

import pytest

from posts.models import Save
from posts.tests.factories import NOON, CommentFactory, FollowFactory, PostFactory
from profiles.tests.factories import UserFactory, client_for
from reels.tests.factories import stored_reel
from socialml.tests.hardening.operations import operations

EVERY = operations()
WITH_IDS = [operation for operation in EVERY if operation.has_id]
LISTS = [o for o in EVERY if o.method == "get" and "limit" in o.query]
PAGED = [o for o in EVERY if o.method == "get" and "cursor" in o.query]

BAD_IDS = [
    *("0", "-1", "abc", "1.0", "1e3", "1'--", "1%20OR%201=1", "1;x", "%00", "%ff", "%ed%a0%80"),
    *("..%2f..%2fetc", "9" * 20, "9" * 5000, "٣", "３", "01", "9223372036854775808", "+1", "1_0"),
    *("1%0a", "%201", "0x1", "null", "00000000-0000-0000-0000-000000000001"),
]
BAD_LIMITS = ["-1", "0", "abc", "1e3", "101", "9" * 30, "9" * 5000, "٣", "1.0", "%2B5", "", "1_0"]
BAD_CURSORS = [
    *("!!!", "//79", "cD1ub3RhZGF0ZQ", "cD0lMDA", "cD0yMDI0LTEzLTQ1", "a" * 3000, "o=1e14"),
    *("cD05OTk5LTEyLTMxIDIzOjU5OjU5", "é", "=", "A" * 16),
]
BAD_QUERIES = {
    "q=%00": "null_characters_not_allowed",
    "category=a%00": "null_characters_not_allowed",
    "unheard=%00": "null_characters_not_allowed",
    f"q={'a' * 60_000}": "search_too_long",
    f"q={'a+' * 2000}": "search_too_long",
    f"q={'a' * 101}": "search_too_long",
    f"hashtag={'a' * 60_000}": "max_length",
    "ordering=password": "invalid_ordering",
    "ordering=__class__": "invalid_ordering",
    "ordering=user__password": "invalid_ordering",
    "ordering=author__email": "invalid_ordering",
    "ordering=-id,id": "invalid_ordering",
    "author=1%27--": "invalid",
    "author=%D9%A3": "invalid",
    "author=9223372036854775808": "max_value",
}


def outcome(response):
    return response.status_code, response.json()["error"]["code"]


def url_of(operation, world) -> str:
    return operation.url(world.ids_for(operation, of=world.ann))


@pytest.mark.parametrize("operation", WITH_IDS, ids=str)
def test_an_id_in_another_spelling_is_not_found(ann, operation, nothing_stored):
    for value in BAD_IDS:
        response = getattr(ann, operation.method)(operation.url(every=value), {})
        assert outcome(response) == (404, "not_found"), value


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_limit_out_of_range_is_refused(ann, world, operation):
    for value in BAD_LIMITS:
        response = ann.get(f"{url_of(operation, world)}?limit={value}")
        assert outcome(response) == (400, "invalid_limit"), value


@pytest.mark.parametrize("value", [-1, 0, 101, 10**20, "abc", "", 1.0, True, None, [5]], ids=str)
def test_a_limit_in_a_body_is_held_to_the_same(ann, value, nothing_stored):
    response = ann.post("/api/recommendations", {"limit": value})

    assert outcome(response) == (400, "invalid_limit")


@pytest.mark.parametrize("operation", PAGED, ids=str)
def test_a_cursor_that_was_not_made_here_is_refused(ann, world, operation):
    for value in BAD_CURSORS:
        response = ann.get(f"{url_of(operation, world)}?cursor={value}")
        assert response.status_code == 400, value
        assert response.json()["error"]["code"] in ("invalid_cursor", "max_length"), value


@pytest.fixture
def cursors(ann, world) -> dict[str, str]:
    """A good cursor of each list that has a second page."""
    for _ in range(2):
        friend = UserFactory()
        FollowFactory(follower=friend, followed=world.ann)
        FollowFactory(follower=world.ann, followed=friend)
        CommentFactory(post_id=world.of_ann["post_id"], author=friend)
        post = PostFactory(author=friend)
        Save.objects.create(post=post, user=world.ann, saved_at=NOON)
        stored_reel(friend)
    found = {}
    for operation in PAGED:
        data = ann.get(f"{url_of(operation, world)}?limit=1").json()["data"]
        if data["next"]:
            found[str(operation)] = data["next"]
    return found


def test_a_good_cursor_is_good_for_its_own_list_and_viewer_alone(ann, world, cursors):
    bob = client_for(world.bob)

    assert len(cursors) >= 7
    for operation in PAGED:
        for name, cursor in cursors.items():
            answers = [bob.get(f"{url_of(operation, world)}?cursor={cursor}")]
            if name != str(operation):
                answers.append(ann.get(f"{url_of(operation, world)}?cursor={cursor}"))
            for answer in answers:
                assert outcome(answer) == (400, "invalid_cursor"), (str(operation), name)


def test_a_cursor_with_a_changed_bit_is_refused(ann, world, cursors):
    for operation in PAGED:
        cursor = cursors.get(str(operation))
        for place in range(0, len(cursor) - 1, 3) if cursor else ():
            changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
            answer = ann.get(f"{url_of(operation, world)}?cursor={changed}")
            assert outcome(answer) == (400, "invalid_cursor"), (str(operation), place)


@pytest.mark.parametrize("operation", [o for o in EVERY if o.query], ids=str)
def test_a_parameter_given_twice_is_refused_and_an_unknown_one_is_not(ann, world, operation):
    for name in operation.query:
        response = getattr(ann, operation.method)(f"{url_of(operation, world)}?{name}=5&{name}=6")
        assert outcome(response) == (400, "duplicate"), name
    if operation in LISTS:
        response = ann.get(f"{url_of(operation, world)}?limit=2&user[]=1&page=1e30&offset=-5")
        assert response.status_code == 200


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:30])
def test_a_search_that_cannot_be_meant_is_refused(ann, query):
    assert outcome(ann.get(f"/api/post?{query}")) == (400, BAD_QUERIES[query])


@pytest.mark.parametrize("query", ["%25", "_", "%5C", '"', "*", "(a%2B)%2B$", "a OR b", "NEAR/2"])
def test_a_search_takes_its_words_literally(ann, query):
    response = ann.get(f"/api/post?q={query}")

    assert (response.status_code, response.json()["data"]["results"]) == (200, [])


@pytest.mark.parametrize("operation", EVERY, ids=str)
def test_who_takes_no_json_gets_nothing_else(ann, world, operation, nothing_stored):
    ask = getattr(ann, operation.method)
    for accept in ("application/xml", "text/html", ",,;q=", "image/*"):
        response = ask(url_of(operation, world), {}, HTTP_ACCEPT=accept)
        assert outcome(response) == (406, "not_acceptable"), accept


@pytest.mark.parametrize("accept", ["text/html, */*;q=0.8", "application/*", "APPLICATION/JSON"])
def test_who_takes_json_among_others_gets_it(ann, accept):
    for path in ("/api/feed", "/api/post"):
        assert ann.get(path, HTTP_ACCEPT=accept).status_code == 200


def test_another_format_is_not_to_be_had(ann):
    for path in ("/api/feed", "/api/post", "/api/profile"):
        assert outcome(ann.get(f"{path}?format=xml")) == (406, "not_acceptable")
        assert ann.get(f"{path}?format=json").status_code == 200
