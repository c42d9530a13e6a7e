"""The design system in a real browser: axe, the phone, the keyboard, and the little scripts."""

import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.market.web.design.app import the_app

SINK = "/sink"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the tiny application."""
    server = make_server("127.0.0.1", 0, the_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", [SINK, "/refused", "/welcome"])
def test_axe_finds_nothing_and_nothing_overflows(
    new_page: Callable[..., Page], site: str, viewport: dict[str, int], path: str
):
    page = new_page(viewport=viewport)
    page.goto(site + path)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_the_menu_of_a_phone_opens_and_is_there_without_scripts(
    new_page: Callable[..., Page], site: str
):
    page = new_page(viewport=PHONE)
    page.goto(site + SINK)
    link = page.get_by_role("navigation", name="主导航").get_by_role("link", name="信用公示")
    assert not link.is_visible()
    page.get_by_role("button", name="菜单").click()
    assert link.is_visible()
    plain = new_page(viewport=PHONE, java_script_enabled=False)
    plain.goto(site + SINK)
    assert plain.get_by_role("link", name="信用公示").is_visible()
    assert not plain.get_by_role("button", name="菜单").is_visible()


def test_an_act_that_cannot_be_taken_back_asks_first(page: Page, site: str):
    page.goto(site + SINK)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.get_by_role("button", name="撤回公告").click()
    dialog = page.get_by_role("dialog", name="请确认")
    assert "不能恢复" in dialog.inner_text()
    dialog.get_by_role("button", name="返回").click()
    assert sent == []
    page.get_by_role("button", name="撤回公告").click()
    with page.expect_request("**/withdraw") as withdrawal:
        dialog.get_by_role("button", name="确认").click()
    assert "request_key=" in withdrawal.value.post_data


def test_a_double_click_sends_once_with_the_pressed_button(page: Page, site: str):
    page.goto(site + SINK)
    with page.expect_request("**/needs") as sending:
        stopped = page.evaluate(
            """() => {
                const stopped = [];
                window.addEventListener("submit", (event) => stopped.push(event.defaultPrevented));
                const button = document.querySelector("button[name=move]");
                button.click();
                button.click();
                return stopped;
            }"""
        )
    assert stopped == [False, True]
    assert 'name="move"' in sending.value.post_data
    assert page.get_by_role("button", name="正在提交…").get_attribute("aria-disabled") == "true"


def test_leaving_with_entered_text_is_asked_about(new_page: Callable[..., Page], site: str):
    page = new_page()
    page.goto(site + SINK)
    page.get_by_label("服务内容").fill("现场踏勘")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    assert page.get_by_label("服务内容").input_value() == "现场踏勘"


def test_the_keyboard_reaches_the_content_first(page: Page, site: str):
    page.goto(site + "/welcome")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到主要内容"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_summary_of_errors_is_read_first(page: Page, site: str):
    page.goto(site + SINK)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_role("link", name="选取方式：请选择一项。").click()
    assert page.evaluate("document.activeElement.id") == "method-0"
