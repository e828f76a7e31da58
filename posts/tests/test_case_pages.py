"""The moderators' queue and case pages, as they are read."""

from datetime import timedelta

import pytest

from posts.models import Case, Comment
from posts.services import case_claim, case_flag, comment_add
from posts.tests.factories import NOON, CommentFactory, PostFactory, UserFactory
from posts.tests.queue import QUEUE, RIGHTS, reported, shown, with_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return with_rights(*RIGHTS)


@pytest.fixture
def pages(client, moderator):
    client.force_login(moderator)
    return client


def test_the_queue_shows_open_cases_the_most_urgent_first(pages):
    mild, grave = reported("spam", post_id=PostFactory().pk), reported(post_id=PostFactory().pk)
    Case.objects.create(about="account", account=UserFactory(), opened_at=NOON, state="decided")

    page = pages.get(QUEUE)

    assert shown(page) == [grave.pk, mild.pk]


def test_a_case_about_a_reel_says_where_it_seems_to_show_nudity(pages):
    seen = {"score": 0.97, "at_seconds": 3.52, "model": "open_nsfw"}
    reel = PostFactory(kind="reel", moderation="held", insights={"nudity": seen})
    flag = {"rule": "nudity", "action": "hold", "scores": {"nudity": 0.97}, "words": []}
    case = case_flag(about=reel, flags=[flag], at=NOON)

    page = pages.get(f"{QUEUE}{case.pk}/change/").content.decode()

    assert "most at 3.5 s" in page
    assert pages.get(QUEUE).status_code == 200


def test_a_case_shows_the_text_in_its_thread_with_the_words_that_drove_its_scores(pages):
    post = PostFactory(content="The river this morning")
    above = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Nice", at=NOON)
    comment = comment_add(
        post_id=post.pk,
        author_id=UserFactory().pk,
        parent_id=above.pk,
        content="You stupid fucking bitch <b>",
        at=NOON,
    )
    Comment.objects.filter(pk=comment.pk).update(moderation="visible")
    case = reported(post_id=post.pk, comment_id=comment.pk)

    page = pages.get(f"{QUEUE}{case.pk}/change/").content.decode()

    places = [page.index(text) for text in ("The river this morning", ">Nice<", "You <mark>")]
    assert places == sorted(places)
    assert "<mark>bitch</mark>" in page
    assert "&lt;b&gt;" in page
    assert comment.author.username in page


def test_the_queue_marks_the_words_behind_a_flag_also_where_none_were_kept(pages):
    post = PostFactory(content="You stupid fucking bitch", moderation="held")
    flag = {"rule": "toxicity", "action": "hold", "scores": {"toxicity": 0.99, "spam": 0.1}}
    case_flag(about=post, flags=[flag], at=NOON)

    assert "<mark>bitch</mark>" in pages.get(QUEUE).content.decode()


def test_every_step_of_every_case_can_be_read_in_one_list(client):
    case = reported(post_id=PostFactory().pk)
    moderator = with_rights("view_caseentry")
    case_claim(case_id=case.pk, moderator_id=moderator.pk, at=NOON)
    client.force_login(moderator)

    page = client.get("/admin/posts/caseentry/", {"q": str(case.pk)})

    acts = [entry.act for entry in page.context["cl"].result_list]
    assert acts == ["claimed", "reported", "opened"]


def test_media_stay_blurred_until_somebody_asks_for_them(pages):
    media = {"video": "/media/reels/ab/x.mp4", "thumbnail": "/media/reels/ab/x.jpg"}
    case = reported(post_id=PostFactory(kind="reel", media=media, moderation="visible").pk)

    for address in (QUEUE, f"{QUEUE}{case.pk}/change/"):
        page = pages.get(address).content.decode()
        assert 'class="veil-lift"' in page
        assert "/media/reels/ab/x.jpg?t=" in page
        assert "autoplay" not in page


def test_an_account_and_a_text_that_is_gone_have_pages_too(pages):
    account = reported(account_id=UserFactory(bio="Buy gold").pk)
    gone = Case.objects.create(
        about="post", account=UserFactory(), opened_at=NOON, state="moot", decided_at=NOON
    )

    assert b"Buy gold" in pages.get(f"{QUEUE}{account.pk}/change/").content
    assert b"The text is gone" in pages.get(f"{QUEUE}{gone.pk}/change/").content
    assert shown(pages.get(QUEUE, {"state": "moot"})) == [gone.pk]


def test_the_queue_is_narrowed_by_kind_words_name_and_id_and_bears_any_address(pages):
    comment = CommentFactory(content="A rare orchid")
    case = reported(post_id=comment.post_id, comment_id=comment.pk)
    other = reported(post_id=PostFactory().pk)

    for asked in (
        {"about": "comment"},
        {"q": "orchid"},
        {"q": comment.author.username},
        {"q": str(case.pk)},
    ):
        assert case.pk in shown(pages.get(QUEUE, asked)), asked
        if "q" in asked and asked["q"].isdigit():
            continue
        assert other.pk not in shown(pages.get(QUEUE, asked)), asked
    for odd in ({"q": "'\"%"}, {"p": "-4"}, {"p": "x"}, {"state": "?"}, {"q": "9" * 60}):
        assert pages.get(QUEUE, odd).status_code == 200, odd
    assert pages.get(QUEUE, {"q": "\0"}).status_code == 400
    for odd in ("9" * 30, "x", "0"):
        assert pages.get(f"{QUEUE}{odd}/change/").status_code == 404


def test_a_page_of_cases_costs_as_many_queries_as_one(pages, django_assert_max_num_queries):
    flag = {"rule": "toxicity", "action": "hold", "scores": {"toxicity": 0.9}, "words": ["bad"]}
    for number in range(12):
        post = PostFactory(published_at=NOON - timedelta(hours=number))
        case_flag(about=post, flags=[flag], at=NOON)
        reported(post_id=post.pk)

    with django_assert_max_num_queries(11):
        page = pages.get(QUEUE)
    assert len(shown(page)) == 12
    with django_assert_max_num_queries(18):
        pages.get(f"{QUEUE}{shown(page)[0]}/change/")


def test_pages_run_no_inline_script_or_style(pages):
    case = reported(post_id=PostFactory().pk)

    for address in (QUEUE, f"{QUEUE}{case.pk}/change/"):
        page = pages.get(address)
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        body = page.content.decode()
        assert ' style="' not in body
        assert ' onclick="' not in body
        assert "<script>" not in body
