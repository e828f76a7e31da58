"""The dashboard as people use it: by mouse and by keyboard, on a desk and on a phone."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from playwright.sync_api import expect

from socialml.tests.browser.dashboards import panel, serious

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

DAY = timedelta(days=1)


def is_drawn(plot):
    """Return whether anything is painted on the chart's canvas."""
    return plot.locator("canvas").evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
        ".data.some((value) => value > 0)"
    )


def test_staff_see_the_whole_place_by_mouse_and_by_keyboard(look):
    page = look("moderator", width=1440, color_scheme="light")
    names = ("Active accounts", "Who came back", "Creators", "Content", "Moderation", "Models")
    for name in ("This period", "Engagements over time", "From seeing to following", *names):
        expect(panel(page, name)).to_be_visible()
    expect(page.get_by_role("region", name="Now")).to_contain_text("Open cases")
    expect(panel(page, "Models")).to_contain_text("Drift")
    assert serious(page) == []

    trend = panel(page, "Engagements over time")
    assert is_drawn(trend.locator(".plot"))
    trend.locator(".plot").press("End")
    newest = trend.locator(".readout").inner_text()
    trend.locator(".plot").press("ArrowLeft")
    assert trend.locator(".readout").inner_text() != newest
    trend.get_by_text("Show as a table").click()
    expect(trend.get_by_role("row")).to_have_count(31)
    assert newest.partition(":")[0] in trend.get_by_role("row").nth(1).inner_text()

    page.get_by_role("button", name="7 days").click()
    page.get_by_label("Metric").select_option("Views")
    views = panel(page, "Views over time")
    views.get_by_text("Show as a table").click()
    expect(views.get_by_role("row")).to_have_count(8)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save Creators as CSV").click()
    assert saved.value.suggested_filename.startswith("socialml-platform-creators-")
    rows = list(csv.DictReader(StringIO(saved.value.path().read_text())))
    assert [int(row["views"]) for row in rows] == sorted(
        (int(r["views"]) for r in rows), reverse=True
    )


def test_a_member_sees_their_own_posts_on_a_phone_in_the_dark(look, pages, community):
    page = look("member", width=360, color_scheme="dark")
    expect(panel(page, "Posts")).to_be_visible()
    expect(page.get_by_role("button", name="Everybody")).to_have_count(0)
    expect(panel(page, "Moderation")).to_have_count(0)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light

    pages.refused += ["status of 403", "status of 400"]
    page.goto("/dashboard?scope=platform")
    expect(page.get_by_role("alert")).to_contain_text("for its staff")
    page.goto("/dashboard?since=1026-01-01&until=2026-01-01")
    expect(page.get_by_role("alert")).to_contain_text("At most 366 days at once")


def test_staff_see_the_segments_and_who_moved_between_them(look, community):
    now = datetime.now(UTC)
    first, second = (
        community.rows(
            "INSERT INTO mlengine_segment (name, named_for, traits, size, computed_at)"
            " VALUES (?, '{}', '{}', ?, ?) RETURNING id",
            *(name, size, now.isoformat(sep=" ")),
        )[0][0]
        for name, size in (("Come at night", 3), ("Post a lot", 1))
    )
    for account, went in enumerate((True, False, False), start=10**6):
        _stay(community, account, first, since=now - 90 * DAY, until=now - DAY if went else None)
    _stay(community, 10**6, second, since=now - DAY)

    page = look("moderator", query="?scope=platform")

    segments = panel(page, "Segments")
    expect(segments).to_contain_text("Come at night")
    expect(segments.get_by_role("listitem").nth(0)).to_contain_text("0 came and 1 went")
    moved = segments.get_by_role("row").nth(1)
    expect(moved).to_have_text(re.compile("Come at night.*Post a lot.*1"))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save Who moved as CSV").click()
    assert '"Come at night"' in saved.value.path().read_text()
    for name in ("Segments", "Models"):
        expect(page.get_by_role("button", name=f"Save {name} as CSV")).to_be_visible()
    assert serious(page) == []


def _stay(community, account, segment, *, since, until=None):
    moments = [moment and moment.isoformat(sep=" ") for moment in (since, until)]
    community.rows(
        "INSERT INTO mlengine_segmentmembership (account_id, segment_id, name, since, until)"
        " VALUES (?, ?, '', ?, ?)",
        *(account, segment, *moments),
    )


def test_back_and_forward_walk_through_what_was_chosen(look):
    page = look("member", width=900)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="7 days").press("Enter")
    expect(panel(page, "Engagements over time").locator(".plot")).to_have_attribute(
        "aria-label", re.compile("7 days")
    )
    page.get_by_label("Metric").focus()
    page.get_by_label("Metric").select_option("Views")
    expect(panel(page, "Views over time")).to_be_visible()

    page.go_back()
    expect(panel(page, "Engagements over time")).to_be_visible()
    expect(page.get_by_label("Metric")).to_have_value("engagements")
    expect(page.get_by_label("Metric")).to_be_focused()
    page.get_by_role("button", name="Pause").focus()
    page.go_back()
    expect(page.get_by_role("button", name="30 days")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    panel(page, "Engagements over time").locator(".plot").focus()
    page.go_forward()
    expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#content")).to_be_focused()
    assert page.url.endswith("/dashboard?range=7d")


def test_what_is_chosen_already_and_what_staff_see_first_are_no_steps_to_take_back(look):
    page = look("moderator", width=900)
    expect(panel(page, "Moderation")).to_be_visible()
    steps = page.evaluate("history.length")

    page.get_by_role("button", name="Everybody").click()
    page.get_by_role("button", name="30 days").click()
    page.get_by_role("link", name="Skip to the figures").press("Enter")

    assert page.url.endswith("?scope=platform#content")
    assert page.evaluate("history.length") == steps + 1
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.go_back()
    page.wait_for_timeout(500)
    assert [url for url in asked if "/analytics/dashboard" in url] == []


def test_what_happens_shows_by_itself(look, community):
    page = look("moderator", query="?scope=platform", width=900)
    comments = page.locator(".live-figures div", has_text="Comments").locator("dd")
    expect(comments).not_to_be_empty()
    before = int(comments.inner_text())
    token = community.sign_up("talker")
    [(post_id,)] = community.rows("SELECT id FROM posts_post WHERE moderation = 'visible' LIMIT 1")
    path = f"/api/post/{post_id}/comments"

    assert community.ask("POST", path, {"content": "Lovely"}, token=token)[0] == 201

    expect(comments).to_have_text(str(before + 1))


def test_open_streams_hold_up_nobody(community):
    token = community.sign_up("listener")
    streams = [community.listen(token) for _ in range(24)]

    status, _, seconds = community.ask("GET", "/api/profile", token=token)

    assert status == 200
    assert seconds < 10
    for stream in streams:
        assert "event: counts" in stream.getresponse().read().decode()
        stream.close()
