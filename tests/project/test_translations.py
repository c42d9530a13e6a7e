"""The English side of the screens: whole, current, and English."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from gettext import GNUTranslations
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment

from deploy import translate
from market import labels, regulations
from market.access import OrgKind
from market.accounts.model import User
from market.app import create_app
from market.calendar import provisional_calendar
from market.catalogue import queries
from market.catalogue.attached import models
from market.clock import ManualClock, beijing
from market.config import Config
from market.db import Actor, unit_of_work
from market.errors import MarketError
from market.firms.tables import TAKERS
from market.installation import Installation
from market.keys import Keys
from market.tariffs import queries as tariffs
from tests.market.everything import every_module, every_subclass
from tests.market.factories.accounts import a_user, an_organisation, sign_in

ROOT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u3400-\u9fff]+")
CHINESE_MARKS = re.compile(r"[\u3000-\u303f\uff01-\uff65]")  # 、。（），：；？
# Proper names that are Chinese in English as well: what is typed into a file of holidays.
CHINESE_NAMES = {"日期", "安排", "节日", "条款", "放假", "上班"}
# What the two zjcs.js put an s behind; time.html has the plurals that grammar rules.
UNITS = {"天": "day", "小时": "hour", "分钟": "minute"}

CATALOGUE = translate.kept()
MESSAGES = [message for message in CATALOGUE if message.id]
MSGIDS = {msgid for message in MESSAGES for msgid in translate.msgids_of(message)}


def test_the_catalogue_is_whole_and_current():
    # `.venv/bin/python -m deploy.translate update` mends what is out of date and lists the rest.
    assert list(translate.faults()) == []


def without_places(po: bytes) -> list[str]:
    """Return the lines of a catalogue but for the files that use a string: these may move."""
    return [line for line in po.decode().splitlines() if not line.startswith("#:")]


def test_an_update_changes_nothing():
    merged = translate.merged(translate.collected(), translate.kept())
    assert without_places(translate.written(merged)) == without_places(translate.PO.read_bytes())


def test_the_program_reads_what_people_wrote():
    with translate.MO.open("rb") as file:
        english = GNUTranslations(file)
    for message in MESSAGES:
        chinese, written = translate.msgids_of(message), translate.forms_of(message)
        if len(chinese) == 1:
            assert english.gettext(*chinese) == written[0]
        else:
            assert (english.ngettext(*chinese, 1), english.ngettext(*chinese, 2)) == written


def test_the_catalogue_names_no_host_and_no_date():
    text = translate.PO.read_text("utf-8")
    assert not re.search(r"://\w", text)
    assert "POT-Creation-Date" not in text


@pytest.mark.parametrize(
    ("chinese", "english", "fault"),
    [
        ("办理", "", "not translated"),
        ("共 %(total)s 条", "all", "placeholders differ"),
        ("共 %(total)s 条", "%(count)s in all", "placeholders differ"),
        ("下浮 %(rate)s%%", "%(rate)s% off", "placeholders differ"),
        (("%(num)s 天", "%(num)s 天"), ("%(num)s day", "days"), "placeholders differ"),
        (("%(num)s 天", "%(num)s 天"), ("%(num)s day", ""), "not translated"),
    ],
)
def test_a_bad_translation_is_found(chinese, english, fault):
    catalogue = translate.SteadyCatalog(locale="en")
    message = catalogue.add(chinese, english)
    assert any(fault in words for words in translate.faults_of(message))


def test_a_doubtful_translation_is_found():
    message = translate.SteadyCatalog(locale="en").add("办理", "Do", flags={"fuzzy"})
    assert list(translate.faults_of(message)) == ["fuzzy: 办理"]


def test_no_translation_is_chinese():
    for message in MESSAGES:
        for text in translate.forms_of(message):
            assert set(HAN.findall(text)) <= CHINESE_NAMES, text
            assert not CHINESE_MARKS.search(text), text


def test_the_script_makes_the_plural_of_a_unit():
    for chinese, english in UNITS.items():
        assert CATALOGUE.get(chinese).string == english


def test_every_label_is_translated():
    every_module()
    shown = {
        label.text
        for (kind, _), label in labels._LABELS.items()
        if kind.__module__.startswith("market.")  # and not of another test
    }
    assert shown - MSGIDS == set()


def test_every_refusal_is_translated():
    every_module()
    assert {error.sentence for error in every_subclass(MarketError)} - MSGIDS == set()


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_a_template_writes_no_chinese_past_the_catalogue():
    assert [past for path in TEMPLATES for past in _past_the_catalogue(path)] == []


def _past_the_catalogue(path: Path) -> Iterator[str]:
    """Yield what a screen says in Chinese outside a string that is a msgid. 中文 names itself."""
    for line, kind, value in Environment(autoescape=True).lex(path.read_text("utf-8")):
        said = kind == "data" and not set(HAN.findall(value)) <= {"中文"}
        string = kind == "string" and HAN.search(value)
        if said or (string and value[1:-1].replace("\\n", "\n") not in MSGIDS):
            yield f"{path.parent.name}/{path.name}, line {line}: {value}"


class Shown(HTMLParser):
    """What a page says to a reader, except what is marked as Chinese."""

    VOID = {"br", "hr", "img", "input", "link", "meta"}
    SAID = {"alt", "aria-label", "data-confirm", "data-copied", "placeholder", "title"}

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.chinese: list[bool] = [False]

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        chinese = self.chinese[-1] or str(facts.get("lang")).startswith("zh")
        if not chinese:
            self.texts += [facts[name] for name in self.SAID & facts.keys() if facts[name]]
        if tag not in self.VOID:
            self.chinese.append(chinese)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            self.chinese.pop()

    def handle_data(self, data):
        if not self.chinese[-1]:
            self.texts.append(data)


def said(page: str) -> str:
    shown = Shown()
    shown.feed(page)
    return "\n".join(shown.texts)


@pytest.fixture
def here(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An empty market whose own names are English, so that what is left is not a name."""
    names = {"city": "Testville", "operator_name": "Testville Service Centre"}
    config = Config(
        database_url=sqlite_url,
        data_dir=tmp_path / "var",
        password_memory_kib=64,
        demo=True,
        **names,
    )
    Keys.make(config.keys_dir)
    installation = Installation.open(config, ManualClock(beijing(date(2026, 3, 2), 9)))
    yield installation
    installation.engine.dispose()


@pytest.fixture
def app(here: Installation) -> Flask:
    app = create_app(here)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader who chose English."""
    client = app.test_client()
    client.get("/language/en")
    return client


def strings_in(thing: object) -> Iterator[str]:
    """Yield every string inside plain values and dataclasses."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from strings_in(value)
    elif isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield from strings_in(value)
    elif hasattr(thing, "__slots__"):
        for name in thing.__slots__:
            yield from strings_in(getattr(thing, name, None))


@pytest.fixture(scope="module")
def data() -> list[str]:
    """What catalogue and regulations say in Chinese: official names and texts, never translated."""
    day = date(2026, 3, 2)
    columns = [kind.columns for kind in TAKERS.values()]
    cited = list(models().on(day).values())
    found = set(strings_in([queries.groups(), queries.all_items(day), columns, cited]))
    for rules in regulations.current().all():
        found |= set(strings_in(rules))
    found |= set(strings_in(tariffs.all_standards(day)))
    notices = provisional_calendar().notices
    found |= set(strings_in([[notice.title, notice.document_number] for notice in notices]))
    return sorted((text for text in found if HAN.search(text)), key=len, reverse=True)


def chinese_left(page: str, data: list[str]) -> list[str]:
    """Return the Chinese that a page says beside the official names and texts."""
    text = said(page)
    for words in data:
        text = text.replace(words, "")
    return HAN.findall(text)


def someone(here: Installation, kind: OrgKind) -> User:
    """Return a person of a new organisation, both with English names."""
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        return a_user(work, an_organisation(work, kind, name="Testville Bureau"), name="Ann Lee")


def plain_pages(app: Flask) -> list[str]:
    """Return the addresses that need no argument and change nothing."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments and rule.endpoint != "static"
    )


@pytest.mark.parametrize("kind", [None, *OrgKind], ids=lambda kind: kind or "visitor")
def test_english_pages_are_english(here, app, client, data, kind):
    if kind is not None:
        sign_in(client, someone(here, kind))
    seen = 0
    left: dict[str, list[str]] = {}
    for address in plain_pages(app):
        page = client.get(address)
        assert page.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, address
        if "<main" in page.text:
            seen += 1
            assert 'lang="en"' in page.text, address
            if words := chinese_left(page.text, data):
                left[address] = words
    assert left == {}
    assert seen > 10


def test_a_refusal_is_english(client, data):
    for answer in (
        client.get("/no-such-page"),
        client.post("/sign-in", data={"username": "", "password": ""}),
        client.post("/sign-in", data={"username": "nobody", "password": "wrong word here"}),
    ):
        assert answer.status_code >= 400
        assert chinese_left(answer.text, data) == []


def test_the_same_page_is_chinese_for_who_chose_nothing(app):
    page = app.test_client().get("/sign-in").text
    assert "账号登录" in page
    assert "Sign in" not in page
