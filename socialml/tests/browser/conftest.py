"""A real browser over a running server. Skipped where the machine has no Chromium."""

import json
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from socialml.tests.faults.plant import Plant

# As long as a machine may take that is busy with other tests.
WAIT_MS = 30_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    expect.set_options(timeout=WAIT_MS)
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as driver:
        # The browser's driver runs an event loop in this thread, where Django would refuse its ORM.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # Chromium refuses its own sandbox to root.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser: Browser, live_server) -> Iterator[Callable[[str, str], Page]]:
    """Return a function that signs in to the admin in a window of its own.

    Whatever a page of any window complains about fails the test in the end.
    """
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        # The admin has no icon, which every browser asks for.
        if said.type == "error" and not said.location["url"].endswith("/favicon.ico"):
            complaints.append(f"{said.text} {said.location['url']}")

    def window(username: str, password: str) -> Page:
        page = browser.new_context(base_url=live_server.url).new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", heard)
        page.goto("/admin/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        return page

    yield window
    assert complaints == []


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """A small demo community, served by processes of its own; made once for all files that look."""
    plant = Plant(tmp_path_factory.mktemp("community"), lease=30)
    # So that the small videos of tests have several parts.
    plant.environment["SOCIALML_UPLOAD_PART_BYTES"] = "1000"
    # One account signs in for each test, within a quarter of an hour.
    plant.environment["SOCIALML_RATE_FACTOR"] = "10"
    try:
        plant.manage("migrate", "--verbosity", "0")
        plant.valkey_start("cache")
        plant.valkey_start("broker")
        plant.manage("seed", "--accounts", "40", "--posts", "80", "--events", "800")
        plant.manage("retrain")
        plant.web_start()
        plant.worker_start()
        yield plant
    finally:
        plant.end()


class Pages:
    """Pages of a phone's size unless told otherwise, and what their consoles complain of."""

    def __init__(self, browser, port):
        self.browser, self.port = browser, port
        self.contexts, self.complaints, self.refused = [], [], []

    def open(self, width=375, **settings):
        context = self.browser.new_context(
            base_url=f"http://127.0.0.1:{self.port}",
            viewport={"width": width, "height": 740},
            **settings,
        )
        context.set_default_timeout(WAIT_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def refuse(self, page, address, *, status, message, **fields):
        """Answer requests to `address` as the API refuses; the console may tell of it."""
        error = {"code": "refused", "fields": fields}
        answer = {"message": message, "error": error}
        page.route(address, lambda route: route.fulfill(status=status, json=answer))
        self.refused.append(f"status of {status}")

    def unexpected(self):
        return [
            text for text in self.complaints if not any(status in text for status in self.refused)
        ]

    def _heard(self, said):
        if said.type == "error":
            self.complaints.append(f"{said.text} {said.location['url']}")


@pytest.fixture
def pages(community, browser):
    pages = Pages(browser, community.port)
    yield pages
    for context in pages.contexts:
        context.close()
    assert pages.unexpected() == []


@pytest.fixture
def look(pages, community):
    """Return a function that opens the dashboard as one of the demo accounts."""
    accounts = json.loads((community.folder / "demo.json").read_text())

    def opened(who, *, query="", **settings):
        page = pages.open(**settings)
        account = accounts[who]
        page.goto(f"/dashboard{query}#sign-in={account['username']}:{account['password']}")
        return page

    return opened
