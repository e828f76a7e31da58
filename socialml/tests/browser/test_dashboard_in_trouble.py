"""The dashboard where something goes wrong, or is longer, shorter or older than usual."""

import json
import re

import pytest
from playwright.sync_api import expect

from socialml.tests.browser.dashboards import panel, serious

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_strip_says_so_when_it_is_connected_again_though_nothing_is_new(look, pages):
    page = look("member", width=900)
    at = page.locator(".live-at")
    expect(at).to_contain_text("as of")
    pages.refused.append("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    expect(at).to_contain_text("not connected")

    page.context.set_offline(False)

    expect(at).to_contain_text("as of")


def test_a_paused_strip_stays_paused_when_another_range_is_chosen(look):
    page = look("member", width=900)
    page.get_by_role("button", name="Pause").click()

    page.get_by_role("button", name="7 days").click()

    expect(panel(page, "Engagements over time").locator(".plot")).to_have_attribute(
        "aria-label", re.compile("7 days")
    )
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".live-figures dd").first).to_be_visible()


def test_who_was_signed_out_elsewhere_is_asked_to_sign_in(look, pages, community):
    page = look("member", width=900)
    expect(page.locator(".live-at")).to_contain_text("as of")
    kept = json.loads(page.evaluate("localStorage.getItem('socialml.session')"))
    pages.refused.append("status of 401")

    assert community.ask("POST", "/api/auth/logout", {}, token=kept["access"])[0] == 200

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.locator("#content")).not_to_have_attribute("aria-busy", "true")


def test_a_session_that_is_over_leaves_a_form_to_sign_in_that_is_not_busy(look, pages):
    page = look("member", width=900)
    expect(panel(page, "Posts")).to_be_visible()
    pages.refused.append("status of 401")
    page.evaluate(
        """() => {
            const kept = JSON.parse(localStorage.getItem("socialml.session"));
            const over = { ...kept, access: "x.y.z", refresh: "x.y.z", expiresAt: 0 };
            localStorage.setItem("socialml.session", JSON.stringify(over));
        }"""
    )

    page.reload()

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.locator("#content")).to_have_css("opacity", "1")
    assert serious(page) == []


def test_who_came_to_figures_that_are_not_theirs_finds_their_own(look, pages):
    pages.refused.append("status of 403")
    page = look("member", query="?scope=platform&range=7d", width=900)
    expect(page.get_by_role("alert")).to_contain_text("for its staff")

    page.get_by_role("button", name="My posts").click()

    expect(panel(page, "Posts")).to_be_visible()
    assert page.url.endswith("/dashboard?scope=own&range=7d")


def test_a_creator_is_opened_by_name_with_the_days_and_the_metric_that_were_chosen(look):
    page = look("moderator", query="?scope=platform&range=90d&metric=views", width=900)
    link = panel(page, "Creators").get_by_role("link").first
    name = link.inner_text()

    link.click()

    expect(page.locator(".of-creator")).to_have_text(f"@{name}")
    expect(page.get_by_role("button", name="90 days")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Metric")).to_have_value("views")


def test_a_chart_gives_each_line_the_days_that_it_is_of(look):
    page = look("member", query="?since=2026-01-05&until=2026-01-06", width=900)
    trend = panel(page, "Engagements over time")

    trend.locator(".plot").press("End")

    expect(trend.locator(".readout")).to_contain_text(re.compile(r"Jan 6.*Before 0 \(Jan 4"))


def test_the_axis_of_a_single_day_names_that_day_and_no_other(look):
    painted = "window.painted = []; const draw = CanvasRenderingContext2D.prototype.fillText;"
    painted += "CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {"
    painted += "window.painted.push(text); return draw.call(this, text, ...at); };"
    page = look("member", query="?since=2026-01-05&until=2026-01-05", width=900)
    expect(panel(page, "Posts")).to_be_visible()
    page.add_init_script(painted)

    page.reload()

    expect(panel(page, "Posts")).to_be_visible()
    page.wait_for_function("window.painted.includes('Jan 5')")
    assert page.evaluate("painted.filter((text) => /[A-Z]/.test(text) && text !== 'Jan 5')") == []


def test_a_long_word_leaves_the_figures_in_sight_and_cuts_no_letter_in_two(look, community):
    page = look("member", query="?range=7d&metric=posts", width=1024)
    posts = panel(page, "Posts")
    expect(posts).to_be_visible()
    kept = json.loads(page.evaluate("localStorage.getItem('socialml.session')"))
    content = "W" * 79 + "\N{GRINNING FACE}" + "W" * 99
    assert community.ask("POST", "/api/post", {"content": content}, token=kept["access"])[0] == 201

    page.reload()

    link = posts.get_by_role("link", name="WWW")
    expect(link).to_have_text("W" * 79 + "\N{GRINNING FACE} …")
    table = posts.locator(".scroller")
    assert table.evaluate("table => table.scrollWidth - table.clientWidth") == 0


def test_what_keeps_a_table_from_being_saved_is_shown_and_the_button_keeps_the_focus(look, pages):
    page = look("member", width=360)
    save = page.get_by_role("button", name="Save Posts as CSV")
    expect(save).to_be_visible()
    pages.refused.append("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)

    save.press("Enter")

    said = panel(page, "Posts").locator(".panel-head").get_by_role("status")
    expect(said).to_contain_text("cannot be reached")
    expect(said).to_have_class("error")
    expect(save).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.set_offline(False)
    with page.expect_download() as saved:
        save.press("Enter")
    assert saved.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    expect(save).to_be_focused()


def test_with_colours_forced_lines_can_be_told_apart_and_so_can_what_was_chosen(look):
    page = look("member", width=900, forced_colors="active")
    marks = panel(page, "How posts sound").locator(".legend li")
    expect(marks).to_have_count(3)

    colours = marks.evaluate_all(
        "marks => marks.map((mark) => getComputedStyle(mark, '::before').borderTopColor)"
    )
    chosen, other = (
        page.get_by_role("button", name=name).evaluate("it => getComputedStyle(it).backgroundColor")
        for name in ("30 days", "7 days")
    )

    assert len(set(colours)) == 3
    assert chosen != other
