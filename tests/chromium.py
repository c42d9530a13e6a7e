"""Fixtures of the browser stories: a real Chromium that never leaves this machine.

``page`` is a page of a Chinese user. ``new_page(**options)`` opens further ones, each with its
own cookies: another role, a phone (``viewport={"width": 390, "height": 844}``). Every page is
watched: an error in its console, or a request to another host, fails the test.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

# The one without windows first: it takes less time for the same pages.
CHROMIUMS: Final = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
ARGUMENTS: Final = [
    "--no-sandbox",  # Chromium's own sandbox does not start as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-auto-reload",  # of error pages, just as a story reloads them
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# In milliseconds: a machine that runs other tests beside may be slow, and that is no fault.
PATIENCE: Final = 90_000
HERE: Final = {"127.0.0.1", "localhost"}
LOCAL_SCHEMES: Final = {"data", "blob", "about"}
FAILED: Final = pytest.StashKey[bool]()
# Chromium reports every 4xx page as an error. A story may well visit a refusal on purpose.
REFUSED_PAGE: Final = re.compile(r"Failed to load resource: .* status of 4\d\d ")


@dataclass  # without slots: Playwright hangs its own attributes on whoever listens
class Watch:
    """What one page did that no page of this site may do."""

    complaints: list[str] = field(default_factory=list)
    _pages: set[str] = field(default_factory=set)

    def over(self, page: Page) -> None:
        """Begin to watch a page."""
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.hostname not in HERE and parts.scheme not in LOCAL_SCHEMES:
            self.complaints.append(f"left the site: {request.method} {request.url}")
        if request.is_navigation_request():
            self._pages.add(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        refused = REFUSED_PAGE.match(message.text) and where in self._pages
        if message.type == "error" and not refused:
            self.complaints.append(f"console: {message.text} ({where})")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether the test failed: its pages are then kept to be looked at."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all stories of this test process."""
    found = next((path for path in CHROMIUMS if path.exists()), None)
    if found is None:
        packages = f"{CHROMIUMS[0].name} fonts-noto-cjk libatomic1"
        reason = f"{CHROMIUMS[0]} is missing (Debian: apt install {packages})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open a watched page of a new visitor; the test fails for what any of them did wrong."""
    opened: list[tuple[BrowserContext, Page, Watch]] = []

    def open_page(**options) -> Page:
        visitor = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
        context = browser.new_context(**visitor)
        context.set_default_timeout(PATIENCE)
        page, watch = context.new_page(), Watch()
        watch.over(page)
        opened.append((context, page, watch))
        return page

    yield open_page
    complaints = [complaint for *_, watch in opened for complaint in watch.complaints]
    failed = bool(complaints) or request.node.stash.get(FAILED, False)
    _close(opened, _evidence_folder(request.node.name) if failed else None)
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A watched page of a Chinese user."""
    return new_page()


def _evidence_folder(name: str) -> Path:
    """Return a new folder for what a failed story's pages looked like, and say where it is."""
    safe = re.sub(r"\W+", "-", name)[:60]
    return Path(tempfile.mkdtemp(prefix=f"zjcs-story-{safe}-"))


def _close(opened: list[tuple[BrowserContext, Page, Watch]], evidence: Path | None) -> None:
    for number, (context, page, _) in enumerate(opened, 1):
        if evidence and not page.is_closed():
            page.screenshot(path=evidence / f"page-{number}.png", full_page=True)
            (evidence / f"page-{number}.html").write_text(page.content(), "utf-8")
        context.close()
    if evidence:
        print(f"screenshots and pages: {evidence}")  # noqa: T201 - pytest shows it with the failure
