"""A town behind a real server, and people who visit it with a real browser.

The server runs in a thread of the test on a clock that the test moves; the jobs run when the
test lets time pass. Everything else is as in production: real pages, real cookies, real CSRF.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from waitress import wasyncore
from waitress.server import create_server

from lottery.beacon import vrf
from market import jobs
from market.app import create_app
from market.clock import ManualClock
from market.config import Config
from market.draws import actions, queries, showing
from market.draws.model import Draw
from market.draws.rules import DrawMode
from market.installation import Installation
from market.keys import Keys
from tests.market.conftest import MONDAY_MORNING, templates_of_all_workers
from tests.market.factories.draws import SUPERVISOR_SECRET, City, a_city, a_supervisor_key
from tests.market.factories.firms import PASSWORD, Person
from tests.once_a_run import shared
from tests.stories.seen import Seen

__all__ = ["templates_of_all_workers", "town"]

GRAVE = {"serious", "critical"}
# What a page is built of: every kind of element at its place, however often. First how it looks,
# then with all that is said of it, numbers aside.
KINDS = """() => {
  const look = (e) => e.tagName + "." + e.className;
  const told = /^(id|for|role|type|lang|aria-.*)$/;
  const looks = new Set();
  const kinds = new Set();
  for (const element of document.querySelectorAll("*")) {
    const own = Array.from(element.attributes, (a) => (
      a.name + (told.test(a.name) ? a.value.replace(/\\d+/g, "0") : "")
    ));
    const above = element.parentElement;
    const place = above ? look(above.parentElement ?? above) + ">" + look(above) : "";
    const there = [place, look(element), element.textContent.trim() !== ""].join();
    looks.add(there);
    kinds.add([there, own].join());
  }
  return [Array.from(looks), Array.from(kinds)];
}"""
# Axe looks at each page that has something new. Its rule of contrast, by far the slowest, is asked
# only where something looks new.
NO_CONTRAST = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
ALL_RULES = {"resultTypes": ["violations"]}
_looks, _kinds = Seen(), Seen()


class Server:
    """A web server on a free port, which can be stopped and started again at the same place."""

    def __init__(self, here: Installation) -> None:
        self.here = here
        self.port = 0
        self.start()

    @property
    def base(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve the installation."""
        # Warnings that a browser keeps several connections busy are no news.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        app = create_app(self.here)
        self._sockets: dict = {}
        self._server = create_server(
            app, map=self._sockets, host="127.0.0.1", port=self.port, threads=4
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving: what is being answered is answered, then every connection is cut."""
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        # The loop may be at its thunks already, and closed before it is woken.
        with suppress(OSError):
            self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets))
        self._thread.join(timeout=5)
        assert not self._thread.is_alive()


@dataclass(frozen=True, slots=True)
class Town:
    """The city of the story and the server that shows it."""

    city: City
    server: Server
    new_page: Callable[..., Page]

    @property
    def base(self) -> str:
        """The address of the site."""
        return self.server.base

    @property
    def here(self) -> Installation:
        """The installation that is served."""
        return self.city.here

    def visitor(self, person: Person | None = None, **options) -> "Visitor":
        """Open a browser of somebody's own, signed in if it is a person."""
        visitor = Visitor(self.new_page(**options), self.base)
        if person is not None:
            visitor.sign_in(person.user.username)
        return visitor

    def number(self, draw: Draw) -> str:
        """Return the number of a draw's notice, which is in its address."""
        with self.city.reading() as work:
            return queries.number_of(work, work.session.get_one(Draw, draw.id))

    def hold(self, draw: Draw) -> Draw:
        """Let a draw run to its result; in mode D2 the supervisor proves its value in time."""
        self.wait_until(draw.enrol_close_at)
        self.wait_until(draw.phi_at)
        if draw.mode is DrawMode.D2:
            with self.city.work(self.city.supervisor) as work:
                found = work.session.get_one(Draw, draw.id)
                alpha = bytes.fromhex(showing.alpha_hex(work, found))
                proof = vrf.prove(SUPERVISOR_SECRET, alpha)
                actions.submit_supervisor_proof(work, self.here, found, proof)
            self.tick()
        return self.city.draw(draw.id)

    def wait_until(self, at: datetime) -> None:
        """Let time pass; what falls due is done, as the worker would do it."""
        self.city.clock.move_to(max(at, self.city.clock()))
        self.tick()

    def wait(self, step: timedelta) -> None:
        """Let time pass."""
        self.wait_until(self.city.clock() + step)

    def tick(self) -> None:
        """Do what is due now, until nothing is."""
        for _ in range(4):
            done = jobs.tick(self.here)
            assert min(done.values()) >= 0, done


class Visitor:
    """Somebody at a browser, who reads each page before acting on it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.username = ""

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in by the form; the workbench follows."""
        self.username = username
        self.open("/sign-in")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("main").get_by_role("button", name="登录").click()
        self.page.wait_for_url("**/workbench")
        self.look()

    def sign_in_again(self) -> None:
        """Come back after so long that the session has ended."""
        self.sign_in(self.username)

    def open(self, path: str) -> None:
        """Go to a page of the site and look at it."""
        self.page.goto(self.base + path)
        self.look()

    def follow(self, words: str, *, exact: bool = False) -> None:
        """Follow the first link with these words."""
        self.page.get_by_role("link", name=words, exact=exact).first.click()
        self.look()

    def press(self, words: str, *, exact: bool = False) -> None:
        """Press a button that leads to a page; a question that pops up is answered with yes."""
        button = self.page.get_by_role("button", name=words, exact=exact).first
        with self.page.expect_navigation():
            button.click()
            dialog = self.page.locator("dialog[open]")
            if dialog.count():
                dialog.get_by_role("button", name="确认", exact=True).click()
        self.look()

    def fill(self, label: str, value: str) -> None:
        """Fill in the field with this label."""
        self.page.get_by_label(label).first.fill(value)

    def choose(self, label: str, option: str) -> None:
        """Choose an option by its words."""
        self.page.get_by_label(label).first.select_option(label=option)

    def upload(self, label: str, file: Path) -> None:
        """Choose a file."""
        self.page.get_by_label(label).first.set_input_files(file)

    def reads(self, words: str) -> bool:
        """Whether the page says so."""
        return words in self.page.get_by_role("main").inner_text()

    def is_told(self, words: str) -> bool:
        """Whether the page answers the last deed with these words."""
        return words in self.page.locator(".z-flashes").inner_text()

    def complaint(self, label: str) -> str:
        """Return what the page says is wrong with the field with this label, beside it."""
        field = self.page.get_by_label(label).first
        if field.get_attribute("aria-invalid") != "true":
            return ""
        return self.page.locator(f"[id='{field.get_attribute('id')}-error']").inner_text()

    def look(self) -> None:
        """Look at the page as axe does, and whether it fits its window."""
        self.page.wait_for_load_state()
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{self.page.url} is {wide} px wide in a window of {width}"
        looks, kinds = ({f"{width} {kind}" for kind in one} for one in self.page.evaluate(KINDS))
        if _kinds.has(kinds):
            return
        rules = NO_CONTRAST if _looks.has(looks) else ALL_RULES
        found = Axe().run(self.page, options=rules).response["violations"]
        grave = [(r["id"], r["nodes"][0]["html"]) for r in found if r["impact"] in GRAVE]
        assert grave == [], f"{self.page.url}: {grave}"
        _looks.add(looks)
        _kinds.add(kinds)


@pytest.fixture(scope="session", autouse=True)
def _seen_by_all_workers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Share what axe has looked at with the other processes of this run."""
    _looks.share(shared(tmp_path_factory) / "looks")
    _kinds.share(shared(tmp_path_factory) / "kinds")


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path, new_page: Callable[..., Page]) -> Iterator[Town]:
    """A town with an owner's two people, an operator, a supervisor and four listed firms."""
    clock = ManualClock(MONDAY_MORNING)
    config = Config(
        database_url=sqlite_url, data_dir=tmp_path / "var", password_memory_kib=64, demo=True
    )
    Keys.make(config.keys_dir)
    here = Installation.open(config, clock)
    city = a_city(here, clock)
    a_supervisor_key(city)
    server = Server(here)
    yield Town(city, server, new_page)
    server.stop()
    here.engine.dispose()
