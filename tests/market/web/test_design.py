"""The design system: what each macro writes, and what no page may contain."""

import importlib.util
import re
import shutil
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from flask import render_template, render_template_string
from werkzeug.datastructures import MultiDict

from market.labels import Label
from tests.market.web.design.app import NOBODY, NOW, ROOT, STATIC, TEMPLATES, NeedForm, the_app

SINK = "/sink"
NASTY = '<script>alert("x")</script>'
OURS = [*sorted(TEMPLATES.rglob("*.html")), STATIC / "zjcs.css", STATIC / "zjcs.js"]


an_app = cache(the_app)


def html_of(source: str, **context: object) -> str:
    with an_app().test_request_context():
        return render_template_string(source, now=NOW, **context)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def shown(file: str, call: str, **context: object) -> str:
    """Return the HTML of one macro call."""
    name = call.partition("(")[0]
    return html_of(f'{{% from "_macros/{file}" import {name} %}}{{{{ {call} }}}}', **context)


# Values


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (1_234_560, "¥12,345.60"),
        (-150, "−¥1.50"),
        (10**13, "¥100,000,000,000.00"),
        (None, "—"),
    ],
)
def test_yuan_shows_every_fen(fen, words):
    assert words_of(shown("money.html", "yuan(fen)", fen=fen)) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [(8_500_000, "8.5 万元"), (1, "0.000001 万元"), (1_000_000_000, "1,000 万元"), (None, "—")],
)
def test_wan_rounds_nothing(fen, words):
    assert words_of(shown("money.html", "wan(fen)", fen=fen)) == words


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 20, 16, 30, 5, tzinfo=UTC),
        datetime(2026, 11, 20, 11, 30, 5, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_an_instant_is_shown_in_beijing_wherever_it_comes_from(at):
    html = shown("time.html", "instant(at)", at=at)
    assert words_of(html) == "2026-11-21 00:30"
    assert 'datetime="2026-11-21T00:30:05+08:00"' in html


def test_a_day_stays_the_day_it_is():
    assert words_of(shown("time.html", "day(on)", on=date(2026, 1, 31))) == "2026-01-31"
    assert words_of(shown("time.html", "period(on, at)", on=date(2026, 1, 31), at=NOW)) == (
        "2026-01-31 至 2026-11-20 10:30"
    )


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(0), "今天 10:30"),
        (timedelta(hours=13, minutes=29), "今天 23:59"),
        (timedelta(hours=13, minutes=30), "明天 00:00"),
        (timedelta(hours=-10, minutes=-31), "昨天 23:59"),
        (timedelta(days=-2), "11-18 10:30"),
        (timedelta(days=-365), "2025-11-20 10:30"),
    ],
)
def test_when_counts_days_in_beijing(after, words):
    assert words_of(shown("time.html", "when(at, now)", at=NOW + after)) == words


@pytest.mark.parametrize(
    ("after", "words", "urgency"),
    [
        (timedelta(days=2, hours=3, minutes=5), "剩余 2 天 3 小时", "ample"),
        (timedelta(days=3), "剩余 3 天", "ample"),
        (timedelta(hours=7, minutes=20), "剩余 7 小时 20 分钟", "soon"),
        (timedelta(seconds=59), "剩余 不足 1 分钟", "soon"),
        (timedelta(0), "已逾期 不足 1 分钟", "late"),
        (timedelta(seconds=-1), "已逾期 不足 1 分钟", "late"),
        (timedelta(days=-1, hours=-3), "已逾期 1 天 3 小时", "late"),
    ],
)
def test_a_deadline_says_what_is_left(after, words, urgency):
    html = shown("time.html", "left(at, now)", at=NOW + after)
    assert words_of(html) == words
    assert f"z-left--{urgency}" in html


@pytest.mark.parametrize(
    ("after", "days", "words"),
    [
        (5, 3, "剩余 3 个工作日"),
        (1, 0, "今日到期"),
        (-2, -2, "已逾期 2 个工作日"),
        (-1, 0, "已逾期"),
    ],
)
def test_working_days_are_counted_by_the_caller(after, days, words):
    html = shown("time.html", "left(at, now, d)", at=NOW + timedelta(hours=after), d=days)
    assert words_of(html) == words
    assert "data-countdown=" not in html


def test_a_state_has_words_and_a_shape():
    html = shown("state.html", "state(label)", label=Label("服务中", "progress"))
    assert words_of(html) == "服务中"
    assert "<svg" in html
    tones = ("neutral", "progress", "good", "warn", "bad", "ended")
    badges = [shown("state.html", "badge('x', tone)", tone=tone) for tone in tones]
    shapes = {re.search(r' d="([^"]+)"', badge).group(1) for badge in badges}
    assert len(shapes) == len(tones)


def test_a_digest_is_whole_in_the_page():
    html = shown("hash.html", "digest('ab' * 32, 'x')")
    assert words_of(html).startswith("ab" * 32)
    assert f'data-copy="{"ab" * 32}"' in html


# Escaping


@pytest.mark.parametrize(
    ("file", "call"),
    [
        ("state.html", "badge(x)"),
        ("hash.html", "digest(x, x)"),
        ("facts.html", "of([(x, x)])"),
        ("steps.html", "steps([{'label': x, 'state': 'done', 'note': x, 'url': x}], x)"),
        ("tabs.html", "tabs([(x, x, true, x)], x)"),
        ("empty.html", "empty(x, x, x, x)"),
        ("todo.html", "todo([{'what': x, 'matter': x, 'url': x, 'note': x}], now, x)"),
        ("page.html", "breadcrumb([(x, x)], x)"),
        ("page.html", "heading(x, x, x)"),
        ("page.html", "figure(x, x, x, x, x)"),
        ("page.html", "entries([{'title': x, 'url': x, 'note': x, 'end': x}])"),
        ("page.html", "bar(x, 1, 2, x)"),
        ("page.html", "ribbon(x, x)"),
        ("table.html", "cell(x, x)"),
        ("table.html", "head(x, x, x)"),
        ("form.html", "submit(x, name=x, value=x, confirm=x)"),
        ("form.html", "button(x, x, confirm=x, values={x: x})"),
        ("form.html", "error_summary(none, x)"),
    ],
)
def test_text_from_outside_stays_text(file, call):
    html = shown(file, call, x=NASTY)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'alert("x")' not in html


# Tables


def table(**context: object) -> str:
    return html_of(
        '{% import "_macros/table.html" as t %}'
        '{% call t.table("公告", ["名称", {"label": "截止", "sort": "closes"}, '
        '{"label": "限价", "sort": "price", "num": true}], sort=sort, empty=empty) %}'
        '<tr>{{ t.head("名称", "甲") }}{{ t.cell("截止", none) }}</tr>{% endcall %}',
        **context,
    )


def test_a_sorted_column_says_so():
    sort = SimpleNamespace(key="closes", descending=True, url_for=lambda key: f"?sort={key}")
    html = table(sort=sort, empty=False)
    assert re.findall(r'aria-sort="(\w+)"', html) == ["descending", "none"]
    assert 'href="?sort=price"' in html
    assert '<caption class="visually-hidden">' not in html
    assert '<td data-label="截止"><span class="z-none">—</span></td>' in html


def test_an_empty_table_says_so_across_its_width():
    html = table(sort=None, empty=True)
    assert 'colspan="3"' in html
    assert "没有符合条件的记录。" in html
    assert "aria-sort" not in html


@pytest.mark.parametrize(
    ("number", "pages", "words"),
    [
        (1, 1, "共 7 条，第 1 / 1 页"),
        (1, 3, "共 7 条，第 1 / 3 页 1 2 3 下一页"),
        (6, 12, "共 7 条，第 6 / 12 页 上一页 1 … 4 5 6 7 8 … 12 下一页"),
        (12, 12, "共 7 条，第 12 / 12 页 上一页 1 … 10 11 12"),
    ],
)
def test_pagination_shows_ends_and_neighbours(number, pages, words):
    page = SimpleNamespace(number=number, pages=pages, total=7, url_for=lambda n: f"?page={n}")
    assert words_of(shown("table.html", "pagination(page)", page=page)) == words


def test_nothing_found_has_no_pages():
    page = SimpleNamespace(number=1, pages=0, total=0)
    assert not shown("table.html", "pagination(page)", page=page).strip()


# Forms


def a_form(**entered: str) -> NeedForm:
    form = NeedForm(MultiDict(entered))
    form.validate()
    return form


def test_every_error_is_linked_to_its_field():
    html = html_of(
        '{% import "_macros/form.html" as f %}{% call f.form(form) %}'
        "{% for field in form %}{% if field.type != 'FormField' %}{{ f.field(field) }}"
        "{% else %}{{ f.field(field.form.phone) }}{% endif %}{% endfor %}{% endcall %}",
        form=a_form(content="编制环境影响报告表"),
    )
    links = set(re.findall(r'<a href="#([^"]+)"', html))
    ids = re.findall(r' id="([^"]+)"', html)
    assert links == {"title", "kind", "content", "ceiling", "method-0", "promise", "contact-phone"}
    assert links <= set(ids)
    assert len(ids) == len(set(ids))
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described.split()) <= set(ids)
    assert "编制环境影响报告表</textarea>" in html


def test_a_refused_amount_is_kept_as_typed():
    html = shown("form.html", "field(form.ceiling)", form=a_form(ceiling='8."555'))
    assert 'value="8.&#34;555"' in html
    assert 'aria-invalid="true"' in html
    assert 'inputmode="decimal"' in html
    assert '<span class="input-group-text">元</span>' in html


def test_a_field_is_described_by_hint_and_error():
    html = shown("form.html", "field(form.title)", form=a_form())
    assert 'aria-describedby="title-hint title-error"' in html
    assert "（必填）" in html
    assert "选填" in shown("form.html", "field(form.days, unit='天')", form=a_form())


def test_a_refusal_of_the_whole_form_stands_in_the_summary():
    form = a_form()
    form.form_errors.append("报名已经截止。")
    assert "报名已经截止。" in shown("form.html", "error_summary(form)", form=form)
    assert not shown("form.html", "error_summary(form)", form=NeedForm()).strip()


def test_every_post_form_carries_token_and_key():
    for call in ("button('/x', '撤回')", "form(none)", "post('/x')"):
        source = f'{{% import "_macros/form.html" as f %}}{{% call f.{call} %}}{{% endcall %}}'
        if call.startswith("button"):
            source = f'{{% import "_macros/form.html" as f %}}{{{{ f.{call} }}}}'
        html = html_of(source)
        assert 'name="csrf_token" value="' in html
        assert f'name="request_key" value="{"k" * 32}"' in html


# The frame


def page_of(path: str, **options: object) -> str:
    return the_app(**options).test_client().get(path).text


def test_the_frame_names_site_reader_and_place():
    html = page_of(SINK)
    assert "<title>青山路改造工程环境影响报告表编制 - 中介超市 - 示范市</title>" in html
    assert '<html lang="zh-Hans">' in html
    assert "王立新" in html
    assert 'href="/language/en?next=/sink"' in html
    assert 'href="/log/checkpoint"' in html
    assert html.count('aria-current="page">采购公告') == 1


def test_a_stranger_is_offered_to_sign_in():
    html = page_of("/welcome", user=NOBODY, locale="en", demo=False)
    assert 'href="/sign-in"' in html
    assert "sign-out" not in html
    assert '<html lang="en">' in html
    assert 'href="/language/zh?next=/welcome"' in html
    assert "z-ribbon" not in html


def test_bad_news_is_an_alert_and_good_news_a_status():
    html = page_of(SINK)
    assert re.search(r'z-note--good" role="status">.*公告已提交运营机构审核。', html, re.DOTALL)
    assert re.search(r'z-note--bad" role="alert">.*附件未能读取', html, re.DOTALL)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 418, 429, 500, 503])
def test_every_bare_status_has_a_page(status):
    with an_app().test_request_context("/nowhere"):
        html = render_template("errors/plain.html", status=status, sentence=None, reference="R-7")
    assert f">{status}<" in html
    assert "R-7" in html
    assert html.count("<h1>") == 1


def test_a_refusal_says_what_to_do_next():
    html = page_of("/refused")
    assert "请先更新资质并通过审核，再报名。" in html
    assert 'href="/sink"' in html


# What no page may contain


def test_nothing_inline_and_nothing_from_elsewhere():
    for path in OURS:
        source = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", source, re.IGNORECASE), path
        if path.suffix == ".html":
            inline = r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:"
            assert not re.search(inline, source), path
            assert not re.search(r"<script(?![^>]*\ssrc=)", source), path
            assert not re.search(r"\|\s*safe\b", source), path


def test_screens_never_speak_of_tendering():
    for path in OURS:
        assert not re.search("招标|投标|中标", path.read_text("utf-8")), path


# Vendored files


def test_every_file_the_frame_asks_for_is_there():
    asked = re.findall(r'(?:href|src)="/static/([^"]+)"', page_of("/welcome"))
    assert len(asked) > 4
    assert [name for name in asked if not (STATIC / name).is_file()] == []


@pytest.fixture
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "deploy" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its own module up while it is made.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "vendor", module)
        spec.loader.exec_module(module)
    return module


def test_vendored_files_are_as_locked(vendor: ModuleType):
    assert list(vendor.problems(STATIC / "vendor")) == []


def test_a_changed_missing_or_added_file_is_noticed(vendor: ModuleType, tmp_path: Path):
    copy = tmp_path / "vendor"
    shutil.copytree(STATIC / "vendor", copy)
    (folder,) = [path for path in copy.iterdir() if path.is_dir()]
    (folder / "bootstrap.min.css").write_bytes(b"x")
    (folder / "LICENSE").unlink()
    (folder / "more.js").write_bytes(b"x")
    assert [sentence.split()[0].split("/")[1] for sentence in vendor.problems(copy)] == [
        "LICENSE",
        "more.js",
        "bootstrap.min.css",
    ]
