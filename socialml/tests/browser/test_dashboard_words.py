"""What the dashboard says of figures: of nothing, of rates, of ages, of days."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from socialml.tests.browser.dashboards import panel, serious

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NOTHING = "?since=2026-01-05&until=2026-01-06"


def told(page, path, change):
    """Let `change` work on what the API answers at `path` before the page gets it."""

    def answer(route):
        response = route.fetch()
        body = response.json()
        change(body["data"])
        route.fulfill(response=response, json=body)

    page.route(f"**/api/analytics/{path}*", answer)
    page.reload()


def card(page, name):
    return panel(page, "This period").get_by_role("listitem").filter(has_text=name)


def test_a_period_without_visits_and_views_has_no_funnel_and_no_rate(look):
    page = look("member", query=NOTHING, width=360)

    funnel = panel(page, "From seeing to following")
    expect(funnel).to_contain_text("Nobody saw a post in this period.")
    expect(funnel.get_by_role("listitem")).to_have_count(0)
    rate = card(page, "Engagement rate")
    expect(rate.locator("strong")).to_have_text("–")
    expect(rate.locator(".change")).to_have_text("no views")
    assert serious(page) == []


def test_a_step_that_nobody_took_has_no_bar_and_no_share_of_what_nobody_did(look):
    page = look("member", width=900)
    expect(panel(page, "Posts")).to_be_visible()
    visits = {"seen": (4, 1.0, None), "viewed": (0, 0.0, 0.0)}
    never = (0, 0.0, None)

    def change(data):
        for step in data["funnel"]:
            found = visits.get(step["step"], never)
            step["visits"], step["of_first"], step["of_previous"] = found
        for step in data["previous_funnel"]:
            step["of_first"] = None

    told(page, "dashboard", change)

    steps = panel(page, "From seeing to following").get_by_role("listitem")
    expect(steps).to_have_count(4)
    expect(steps.nth(1)).to_contain_text("0.0 % of the step before")
    assert "–" not in "".join(steps.all_inner_texts())
    widths = steps.evaluate_all("all => all.map((one) => one.style.getPropertyValue('--width'))")
    assert widths == ["100%", "0%", "0%", "0%"]


@pytest.mark.parametrize(
    ("rate", "before", "words"),
    [
        (0.153, 0.12, "up 3.3 points"),
        (0.09, 0.12, "down 3.0 points"),
        (0.12001, 0.12, "unchanged"),
    ],
)
def test_a_rate_changes_by_points(look, rate, before, words):
    page = look("member", width=900)
    expect(panel(page, "Posts")).to_be_visible()

    def change(data):
        data["totals"] |= {"views": 9, "engagement_rate": rate}
        data["previous"] |= {"views": 9, "engagement_rate": before}

    told(page, "dashboard", change)

    expect(card(page, "Engagement rate").locator(".change")).to_have_text(words)


def test_ages_and_days_are_told_in_words_that_read_one_way(look):
    page = look("moderator", query="?scope=platform", width=1440)
    models = panel(page, "Models")
    expect(models).to_be_visible()
    minutes = {"2 min": 2, "3 h": 180, "47 h": 47 * 60, "75 days": 75 * 24 * 60}
    ages = {words: timedelta(minutes=count) for words, count in minutes.items()}
    now = datetime.now(UTC) - timedelta(seconds=5)

    def change(data):
        data["models"] = [
            {"version": f"feed v{at}", "trained_at": (now - age).isoformat(), "health": None}
            for at, age in enumerate(ages.values())
        ]

    told(page, "models", change)

    rows = models.get_by_role("table").first.locator("tbody tr")
    for at, words in enumerate(ages):
        expect(rows.nth(at).locator("td").first).to_have_text(words)
    day = now.strftime("%b %-d")
    for words in (f"Active on {day}", f"In 7 days to {day}", f"In 30 days to {day}"):
        expect(card(page, words)).to_be_visible()
    expect(panel(page, "Who came back")).to_contain_text("whichever days are chosen")
