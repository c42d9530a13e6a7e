"""The watch over the browser stories sees what no page of this site may do."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page

from tests.chromium import Watch

pytestmark = pytest.mark.browser

PAGES = {
    "/good": (200, "<p>摇号结果</p>"),
    "/refused": (403, "<p>无权查看</p>"),
    "/broken": (500, "<p>出错</p>"),
    "/script": (200, "<script>throw new Error('planted')</script>"),
    "/console": (200, "<script>console.error('planted')</script>"),
    "/missing-file": (200, "<img src='/nowhere.png' alt=''>"),
    "/off-site": (200, "<img src='http://cdn.example/logo.png' alt=''>"),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = PAGES.get(self.path, (404, ""))
        head = "<!doctype html><link rel=icon href=data:,><title>测试</title>"
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((head + body).encode())

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def complaints_after_visiting(browser, address: str) -> list[str]:
    context = browser.new_context()
    page, watch = context.new_page(), Watch()
    watch.over(page)
    page.goto(address, wait_until="networkidle")
    context.close()
    return watch.complaints


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/broken", "status of 500"),
        ("/script", "planted"),
        ("/console", "planted"),
        ("/missing-file", "status of 404"),
        ("/off-site", "left the site: GET http://cdn.example/logo.png"),
    ],
)
def test_a_fault_is_seen(browser, site, path, words):
    assert any(words in complaint for complaint in complaints_after_visiting(browser, site + path))


@pytest.mark.parametrize("path", ["/good", "/refused"])
def test_a_good_page_and_a_refusal_on_purpose_are_no_faults(browser, site, path):
    assert complaints_after_visiting(browser, site + path) == []


def test_a_story_is_a_chinese_user_s(page: Page, site: str):
    page.goto(f"{site}/good")
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("new Date(0).getHours()") == 8
    assert page.get_by_text("摇号结果").is_visible()
