"""The dashboard where something goes wrong, or is longer, shorter or older than usual."""

import json
import re

import pytest
from playwright.sync_api import expect

from socialml.tests.browser.dashboards import panel

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
