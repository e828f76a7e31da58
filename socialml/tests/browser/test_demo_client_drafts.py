"""What is written in the demo client and not yet sent is neither lost nor sent twice."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # Its community is made once.
    pytest.mark.xdist_group("community"),
]


@pytest.fixture
def page(pages, community):
    """A phone on which the demo account has signed in and sees its first post."""
    account = json.loads((community.folder / "demo.json").read_text())["member"]
    page = pages.open()
    page.goto(f"/#sign-in={account['username']}:{account['password']}")
    expect(page.locator(".card[data-front]")).to_be_visible()
    return page


def test_a_draft_is_there_again_when_the_sheet_was_closed_until_it_is_published(page):
    page.locator(".card[data-front]").press("n")
    page.get_by_label("Text").fill("Twenty minutes of thought")
    page.get_by_label("Category").select_option("music")
    page.keyboard.press("Escape")

    page.locator(".card[data-front]").press("n")

    expect(page.get_by_label("Text")).to_have_value("Twenty minutes of thought")
    expect(page.get_by_label("Category")).to_have_value("music")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".card[data-front]").press("n")
    expect(page.get_by_label("Text")).to_have_value("")


def test_a_comment_whose_answer_was_lost_is_made_once_when_it_is_sent_again(page, pages, community):
    answers = []

    def lose_the_first(route):
        if route.request.method != "POST":
            return route.continue_()
        answers.append(route.fetch())
        return route.abort() if len(answers) == 1 else route.fulfill(response=answers[-1])

    pages.refused.append("ERR_FAILED")
    page.route("**/comments", lose_the_first)
    page.locator(".card[data-front]").press("c")
    page.get_by_label("Your comment").fill("Said a single time")
    page.get_by_label("Your comment").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")

    page.get_by_label("Your comment").press("Enter")

    expect(page.locator(".comment-form .error.form-error")).to_be_empty()
    expect(page.get_by_label("Your comment")).to_have_value("")
    expect(page.locator(".comment .tools").first).to_be_visible()
    said = "SELECT COUNT(*) FROM posts_comment WHERE content = 'Said a single time'"
    assert community.rows(said) == [(1,)]
