"""The demo client as people use it: a real browser, real processes, nothing made up between."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from reels.tests.clips import clip, film, moving
from reels.tests.sounds import melody
from socialml.tests.faults.plant import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # Its community is made once.
    pytest.mark.xdist_group("community"),
]


@pytest.fixture
def demo(community):
    """The name and the password of the community's member."""
    return json.loads((community.folder / "demo.json").read_text())["member"]


@pytest.fixture
def page(pages, demo):
    """A phone on which the demo account has signed in and sees its first post."""
    page = pages.open()
    page.goto("/")
    page.get_by_label("Name or email").fill(demo["username"])
    page.get_by_label("Password").fill(demo["password"])
    page.locator("form").get_by_role("button", name="Sign in").click()
    expect(front(page)).to_be_visible()
    return page


def front(page):
    return page.locator(".card[data-front]")


def post_id(page):
    return int(front(page).get_attribute("data-id"))


def swipe(page):
    """Bring the next post to the front."""
    left = front(page).get_attribute("data-id")
    front(page).press("ArrowDown")
    expect(page.locator(f'.card[data-front][data-id="{left}"]')).to_have_count(0)


def test_a_member_likes_asks_why_and_asks_for_less(page, community):
    first = post_id(page)
    like = front(page).get_by_role("button", name=re.compile("^Like"))
    like.click()
    expect(front(page).get_by_role("button", name=re.compile("^Liked"))).to_be_visible()
    until(lambda: (first,) in community.rows("SELECT post_id FROM posts_like"), seconds=10)

    front(page).get_by_role("button", name=re.compile("^Why")).click()
    why = page.get_by_role("dialog", name="Why am I seeing this?")
    expect(why.locator(".lead")).not_to_be_empty()
    expect(why.locator(".share").first).to_be_visible()

    why.get_by_role("button", name="Less like this").click()
    expect(page.get_by_text("You will see less like this")).to_be_visible()
    expect(page.locator(f'.card[data-id="{first}"]')).to_have_count(0)
    assert post_id(page) != first
    dismissed = "SELECT post_id FROM posts_dismissal"
    assert (first,) in community.rows(dismissed)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f'.card[data-id="{first}"]')).to_have_count(1)
    assert (first,) not in community.rows(dismissed)


def test_a_double_tap_likes_and_a_second_one_does_not_take_it_back(page, community):
    front(page).press("ArrowDown")
    page.wait_for_timeout(1_000)
    liked = front(page).locator('[data-action="heart"][aria-pressed="true"]')
    for _ in range(2):
        front(page).locator(".frame").dblclick(position={"x": 150, "y": 240})
        expect(liked).to_have_count(1)
        page.wait_for_timeout(500)

    until(lambda: (post_id(page),) in community.rows("SELECT post_id FROM posts_like"), seconds=20)


def test_a_member_comments(page):
    before = front(page).get_by_role("button", name=re.compile("^Comments"))
    count = int(before.inner_text() or 0)
    before.click()
    comments = page.get_by_role("dialog", name="Comments")
    comments.get_by_label("Your comment").fill("What a lovely picture")
    comments.get_by_role("button", name="Send").click()

    expect(comments.get_by_text("What a lovely picture")).to_be_visible()
    expect(comments.get_by_role("button", name="Delete").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(comments).to_have_count(0)
    # The focus is back where it was, on a number that has grown.
    expect(before).to_be_focused()
    expect(before).to_have_text(str(count + 1))


def test_replies_beyond_the_first_page_are_reached_by_keyboard(page, community):
    token = community.sign_up("answerer")
    path = f"/api/post/{post_id(page)}/comments"
    _, said, _ = community.ask(
        "POST", path, {"content": "Lovely light. Where was this taken?"}, token=token
    )
    for number in (1, 2, 3):
        reply = {"content": f"Number {number}", "parent": said["data"]["id"]}
        assert community.ask("POST", path, reply, token=token)[0] == 201
    page.route(
        "**/comments?parent=*",
        lambda route: route.continue_(url=route.request.url.replace("limit=50", "limit=2")),
    )
    front(page).get_by_role("button", name=re.compile("^Comments")).click()
    comments = page.get_by_role("dialog", name="Comments")
    replies = comments.locator(f'[data-comment="{said["data"]["id"]}"] .replies .comment-text')

    comments.get_by_role("button", name="3 replies").press("Enter")
    expect(replies).to_have_text(["Number 1", "Number 2"])
    comments.get_by_role("button", name="More replies").press("Enter")

    expect(replies).to_have_text(["Number 1", "Number 2", "Number 3"])
    expect(comments.get_by_role("button", name="More replies")).to_have_count(0)
    third = comments.get_by_role("listitem").filter(has_text="Number 3").last
    expect(third.get_by_role("button").first).to_be_focused()


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(days=20), r"^[A-Z][a-z]{2} \d{1,2}, \d{4}$"),
        (timedelta(hours=5, minutes=1), "^5h ago$"),
        (timedelta(seconds=-60), "^just now$"),
    ],
)
def test_when_a_post_was_ranked_reads_as_a_moment(page, age, words):
    def answer(route):
        response = route.fetch()
        body = response.json()
        body["data"]["computed_at"] = (datetime.now(UTC) - age).isoformat()
        route.fulfill(response=response, json=body)

    page.route("**/why", answer)
    front(page).get_by_role("button", name=re.compile("^Why")).click()

    ranked = page.get_by_role("dialog").locator(".facts div").filter(has_text="Ranked")
    expect(ranked.locator("dd")).to_have_text(re.compile(words))


def test_whom_a_member_mutes_where_it_says_why_leaves_the_view(page):
    first = post_id(page)
    front(page).get_by_role("button", name=re.compile("^Why")).click()

    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Mute @")).click()

    expect(page.locator(f'.card[data-id="{first}"]')).to_have_count(0)
    expect(front(page)).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back")).to_be_visible()


def test_a_member_publishes_what_the_models_have_read(page):
    page.get_by_role("button", name="New post").click()
    composer = page.get_by_role("dialog", name="New post")
    composer.get_by_label("Text").fill("What a beautiful morning in #lisbon, I love it!")
    expect(composer.get_by_text("Positive")).to_be_visible()
    expect(composer.get_by_text("Likes", exact=True)).to_be_visible()
    composer.get_by_role("button", name="Publish").click()

    expect(composer).to_have_count(0)
    page.get_by_role("button", name="See it").click()
    expect(front(page).get_by_text("What a beautiful morning in")).to_be_visible()


def test_a_member_uploads_a_reel_over_a_bad_line_and_watches_it(page, pages, community):
    video = film(moving(1, 36), sound=melody(1, seconds=3))
    page.route("**/api/reels/uploads/*/parts/1", lambda route: route.abort(), times=1)
    pages.refused.append("net::ERR_FAILED")
    page.get_by_role("button", name="New post").click()
    composer = page.get_by_role("dialog", name="New post")
    composer.get_by_text("Reel", exact=True).click()
    composer.locator("input[type=file]").set_input_files(
        {"name": "harbour.mp4", "mimeType": "video/mp4", "buffer": video}
    )
    composer.get_by_label("Text").fill("The harbour at night")
    composer.get_by_role("button", name="Upload").click()

    page.get_by_role("button", name="See it").click(timeout=240_000)
    expect(front(page)).to_have_attribute("data-kind", "reel")
    expect(front(page).locator(".player")).to_have_attribute("data-state", "playing")
    # Browsers that know no HLS, as Chromium before version 142, play the MP4.
    known = "document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''"
    played = re.compile(r"\.m3u8" if page.evaluate(known) else r"\.mp4")
    expect(front(page).locator("video")).to_have_attribute("src", played)
    sql = "SELECT DISTINCT kind FROM analytics_event WHERE post_id = ?"
    told = {"started", "progressed", "completed", "looped"}
    until(lambda: told <= {kind for (kind,) in community.rows(sql, post_id(page))}, seconds=60)
    uploaded = post_id(page)
    front(page).get_by_role("link", name="All reels with this sound").click()
    expect(page).to_have_url(re.compile("#/sound/[0-9]+$"))
    expect(front(page)).to_have_attribute("data-id", str(uploaded))


def test_an_upload_goes_on_after_a_reload_where_it_was(page, tmp_path):
    video = tmp_path / "coast.mp4"
    video.write_bytes(clip())
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/parts/" in request.url else 0)

    def send():
        page.get_by_role("button", name="New post").click()
        composer = page.get_by_role("dialog", name="New post")
        composer.get_by_text("Reel", exact=True).click()
        composer.locator("input[type=file]").set_input_files(video)
        composer.get_by_label("Text").fill("The coast in the rain")
        composer.get_by_role("button", name="Upload").click()

    # The second part hangs until the page goes.
    page.route("**/parts/2", lambda route: None, times=1)
    with page.expect_request("**/parts/2"):
        send()
    page.reload()
    expect(front(page)).to_be_visible()
    sent.clear()
    send()

    page.get_by_role("button", name="See it").click(timeout=240_000)
    expect(front(page).get_by_text("The coast in the rain")).to_be_visible()
    parts = -(-len(clip()) // 1000)
    assert [int(url.rsplit("/", 1)[1]) for url in sent] == [*range(2, parts + 1)]


def test_what_was_seen_is_told_with_its_slate(page, community):
    sql = (
        "SELECT post_id, kind, duration_ms, slate_id FROM analytics_event"
        " WHERE client_id <> '' AND kind IN ('viewed', 'skipped') ORDER BY id"
    )
    # The community is everybody's: other tests saw the same posts.
    before = len(community.rows(sql))
    # A video counts by what was played of it, and may take a while to begin.
    while front(page).get_attribute("data-kind") == "reel":
        swipe(page)
    first = post_id(page)
    page.wait_for_timeout(2_500)
    swipe(page)
    second = post_id(page)
    swipe(page)

    def told():
        return community.rows(sql)[before:]

    until(lambda: (first, "viewed") in {row[:2] for row in told()}, seconds=30)
    until(lambda: second in {row[0] for row in told()}, seconds=30)
    assert all((kind == "viewed") == (ms >= 1_500) for _, kind, ms, _ in told())
    assert None not in {slate for pk, *_, slate in told() if pk in (first, second)}


def test_a_refused_like_is_taken_back_with_the_servers_words(page, pages):
    pages.refuse(page, "**/like", status=409, message="Too late.")
    # Other tests like posts of the same community.
    while front(page).locator('[data-action="heart"]').get_attribute("aria-pressed") == "true":
        swipe(page)
    count = front(page).locator('[data-action="heart"] .count').inner_text()
    front(page).locator('[data-action="heart"]').click()

    expect(page.get_by_text("Too late.")).to_be_visible()
    expect(front(page).locator('[data-action="heart"]')).to_have_attribute("aria-pressed", "false")
    expect(front(page).locator('[data-action="heart"] .count')).to_have_text(count)


def test_of_two_tabs_one_refreshes_and_both_stay_signed_in(page, pages):
    # One that asks before it sees the other's tokens is refused, and takes those.
    pages.refused.append("status of 401")
    other = page.context.new_page()
    other.goto("/")
    expect(front(other)).to_be_visible()
    answers = []
    for tab in (page, other):
        tab.on("response", lambda got: answers.append(got) if "refresh" in got.url else None)
    page.evaluate(
        "() => { const kept = JSON.parse(localStorage.getItem('socialml.session'));"
        " localStorage.setItem('socialml.session', JSON.stringify({...kept, expiresAt: 0})); }"
    )
    for tab in (page, other):
        tab.evaluate("() => { location.hash = '#/latest'; }")
    for tab in (page, other):
        expect(tab).to_have_title("Latest · SocialML")
        expect(front(tab)).to_be_visible()

    assert [answer.status for answer in answers].count(200) == 1


def test_a_refresh_that_another_tab_was_quicker_with_takes_its_tokens(page, pages):
    pages.refuse(page, "**/auth/token/refresh", status=401, message="Used before.")
    page.evaluate(
        "() => { const kept = localStorage.getItem('socialml.session');"
        " localStorage.setItem('socialml.session',"
        " JSON.stringify({...JSON.parse(kept), access: 'old', expiresAt: 0}));"
        " setTimeout(() => localStorage.setItem('socialml.session', kept), 700);"
        " location.hash = '#/latest'; }"
    )

    expect(page).to_have_title("Latest · SocialML")
    expect(front(page)).to_be_visible()


def test_a_newcomer_looks_around_without_a_password(pages):
    page = pages.open()
    page.goto("/")
    page.get_by_role("button", name="I am new").click()
    page.get_by_role("button", name="Music").click()
    page.get_by_role("button", name="Look around").click()

    expect(front(page)).to_be_visible()


def test_a_printed_link_signs_in_and_keeps_no_password_in_the_address(pages, demo):
    page = pages.open()
    page.goto(f"/#sign-in={demo['username']}:{demo['password']}")

    expect(front(page)).to_be_visible()
    assert demo["password"] not in page.url
    page.go_back()
    assert demo["password"] not in page.url


def test_what_is_wrong_with_a_field_is_told_beside_it(pages, demo):
    page = pages.open()
    told = "This field is required."
    pages.refuse(page, "**/api/auth/token", status=400, message=told, password=[told])
    page.goto("/")
    page.get_by_label("Name or email").fill(demo["username"])
    page.locator("form").get_by_role("button", name="Sign in").click()

    expect(page.locator('[data-field="password"] .error')).to_have_text(told)
    expect(page.get_by_label("Password")).to_be_focused()
