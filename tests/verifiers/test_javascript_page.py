"""The offline page: one HTML file, opened from disk in a real browser that reaches nothing."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from lottery.archive import write_archive
from lottery.verifiers import javascript_files, javascript_page, offline_page

VECTORS = Path(__file__).parent.parent / "vectors"
BUNDLES = VECTORS / "bundles"
EXAMPLE = VECTORS / "proposed" / "example-draw"
MANIFEST = {
    case["name"]: case
    for case in json.loads((BUNDLES / "manifest.json").read_text(encoding="utf-8"))
}
SECONDS = 90_000  # a busy machine; how fast it is is measured elsewhere

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open the page from disk; the test fails for any error, or request for anything else."""
    path = tmp_path / "verify.html"
    path.write_bytes(offline_page())
    contexts, complaints = [], []

    def watched(request) -> None:
        if request.url != path.as_uri():
            complaints.append(request.url)

    def opened(**options) -> Page:
        context = browser.new_context(**({"locale": "zh-CN"} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("request", watched)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def check(page: Page, bundle: Path, policy: Path) -> None:
    page.set_input_files("#bundle", str(bundle))
    page.fill("#policy", policy.read_text("utf-8"))
    page.click("#start")
    expect(page.locator("#verdict h2")).to_be_visible(timeout=SECONDS)


def lamps(page: Page) -> dict[str, str]:
    """Return how each check of the page ended."""
    found = page.locator("#checks > li").evaluate_all("rows => rows.map(r => [r.id, r.className])")
    return dict(found)


def test_a_chosen_bundle_turns_every_lamp_on(open_page):
    page = open_page()
    expect(page.locator("#start")).to_be_disabled()
    check(page, EXAMPLE / "draw.ismdraw.zip", EXAMPLE / "policy")
    assert page.inner_text("#verdict h2") == "全部核对通过"
    assert set(lamps(page).values()) == {"ok", "flagged"}
    assert len(lamps(page)) == 14
    selected = page.locator(".order li", has=page.locator(".badge.selected"))
    firms = selected.evaluate_all("rows => rows.map(row => row.dataset.firm)")
    assert set(firms) == {"91310000MA1FL00023", "91310000MA1FL00101"}
    assert all(firm in page.inner_text("#verdict") for firm in firms)


def test_the_line_of_ones_own_ticket_is_a_real_one(open_page):
    page = open_page()
    check(page, EXAMPLE / "draw.ismdraw.zip", EXAMPLE / "policy")
    page.fill("#own-code", "91310000ma1fl00023")
    page.click(".own button")
    command, ticket = page.locator(".own + div .line").all_inner_texts()
    digits = re.fullmatch(r"echo ([0-9a-f]+) \| xxd -r -p \| sha256sum", command)
    assert hashlib.sha256(bytes.fromhex(digits[1])).hexdigest() == ticket
    page.fill("#own-code", "91310000MA1FL99999")
    page.click(".own button")
    expect(page.locator(".own + div")).to_contain_text("名单里没有这个代码")


@pytest.mark.parametrize("name", ["v6-left-out", "v8-proof-changed", "v10-another-order"])
def test_a_wrong_bundle_turns_the_right_lamp_red(open_page, name):
    page, case = open_page(), MANIFEST[name]
    check(page, BUNDLES / case["bundle"], BUNDLES / case["policy"])
    assert page.inner_text("#verdict h2") == "不可采信"
    assert lamps(page) == case["expect"]["checks"]
    assert page.locator(".badge.selected").count() == 0


def test_a_tampered_bundle_turns_red_where_it_was_tampered_with(open_page, tmp_path):
    with zipfile.ZipFile(EXAMPLE / "draw.ismdraw.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    number, entry = next(
        (name, body) for name, body in members.items() if b"ismdraw/result" in body
    )
    members[number] = entry.replace(b'"order":["9131', b'"order":["9132')
    bundle = tmp_path / "tampered.zip"
    bundle.write_bytes(write_archive(members))
    page = open_page()
    check(page, bundle, EXAMPLE / "policy")
    red = {name for name, status in lamps(page).items() if status == "failed"}
    assert {"V2", "V10"} <= red
    assert number in page.inner_text("#V2")


def test_what_is_no_bundle_or_no_policy_is_said_in_words(open_page, tmp_path):
    page = open_page()
    junk = tmp_path / "junk.zip"
    junk.write_bytes(b"junk")
    check(page, junk, EXAMPLE / "policy")
    assert page.inner_text("#verdict h2") == "无法读取"
    page.set_input_files("#bundle", str(EXAMPLE / "draw.ismdraw.zip"))
    page.fill("#policy", "log nonsense")
    page.click("#start")
    expect(page.locator("#verdict")).to_contain_text("信任文件第 1 行有误", timeout=SECONDS)


def test_files_may_be_dragged_in(open_page):
    page = open_page()
    files = {
        "draw.ismdraw.zip": list((EXAMPLE / "draw.ismdraw.zip").read_bytes()),
        "policy": list((EXAMPLE / "policy").read_bytes()),
    }
    page.evaluate(
        """files => {
          const dropped = new DataTransfer();
          for (const [name, bytes] of Object.entries(files)) {
            dropped.items.add(new File([new Uint8Array(bytes)], name));
          }
          document.body.dispatchEvent(
            new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }""",
        files,
    )
    expect(page.locator("#start")).to_be_enabled()
    page.click("#start")
    expect(page.locator("#verdict h2")).to_have_text("全部核对通过", timeout=SECONDS)


def test_the_numbers_that_the_reader_saw_decide_mode_b(open_page):
    page, case = open_page(), MANIFEST["mode-b"]
    page.click("summary")
    page.fill("#numbers", case["numbers"].replace(",", " "))
    check(page, BUNDLES / case["bundle"], BUNDLES / case["policy"])
    assert lamps(page)["V8"] == "ok"
    page.fill("#numbers", " ".join(str(number) for number in range(1, 21)))
    page.click("#start")
    expect(page.locator("#verdict h2")).to_have_text("不可采信", timeout=SECONDS)
    assert lamps(page)["V8"] == "failed"


def test_a_demonstration_says_so(open_page):
    page, case = open_page(), MANIFEST["mode-d1"]
    check(page, BUNDLES / case["bundle"], BUNDLES / case["policy"])
    expect(page.locator(".statement.demo")).to_contain_text("演示模式")
    # All checks hold, and yet the box must neither be green nor say that one can believe it.
    verdict = page.locator("#verdict")
    expect(verdict).to_have_class("verdict demo")
    assert page.inner_text("#verdict h2") == "计算无误，但只是演示"
    expect(verdict).to_contain_text("不构成保障")
    expect(verdict).not_to_contain_text("采信")
    page.click("#language")
    assert page.inner_text("#verdict h2") == "The sums are right, but this is a demonstration"
    expect(verdict).not_to_contain_text("believed")


def test_everything_is_there_in_english(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    page.click("#language")
    check(page, EXAMPLE / "draw.ismdraw.zip", EXAMPLE / "policy")
    shown = page.inner_text("main")
    assert "Every check holds" in shown
    assert re.findall(r"[\u4e00-\u9fff]+", shown.replace(page.inner_text("#policy"), "")) == []
    page.click("#language")
    assert "全部核对通过" in page.inner_text("main")


def test_a_phone_shows_it_without_scrolling_sideways_and_everyone_can_use_it(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    check(page, EXAMPLE / "draw.ismdraw.zip", EXAMPLE / "policy")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page).response["violations"]
    grave = [
        (each["id"], each["help"]) for each in found if each["impact"] in {"serious", "critical"}
    ]
    assert grave == []


# The file itself


def test_the_page_is_the_same_bytes_each_time():
    first = offline_page()
    for cached in (javascript_page.offline_page, javascript_page._sources):
        cached.cache_clear()
    assert offline_page() == first


def test_the_page_allows_itself_nothing_from_outside():
    text = offline_page().decode()
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert re.findall(r"(?:src|href)=", text) == []
    assert "fetch(" not in text
    assert "https://" not in text.replace("c2sp.org", "")


def test_the_files_to_serve_import_only_one_another():
    served = javascript_files()
    assert "index.js" in served
    assert not any(name.startswith("page/") or name == "cli.js" for name in served)
    for name, content in served.items():
        for wanted in re.findall(r' from "([^"]+)";', content.decode()):
            target = javascript_page._target(name, wanted)
            assert target in served, (name, wanted)


def test_a_module_in_another_style_is_refused():
    for text in ("import x from 'x';\n", "export default 1;\n"):
        with pytest.raises(javascript_page.ModuleStyleError):
            javascript_page._as_function("x.js", text)
    with pytest.raises(javascript_page.ModuleStyleError, match="imports itself"):
        javascript_page._in_order("a.js", {"a.js": 'import { a } from "./a.js";\n'}, (), [])
