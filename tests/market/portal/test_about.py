"""The rules as a reader finds them: in words, with their units, and searchable without script."""

import re
from datetime import date

import pytest

from market import regulations
from market.app import create_app
from market.portal.rule_rows import value_name
from market.portal.rule_sections import SECTIONS
from market.portal.rule_values import named
from market.portal.rule_words import NAMES
from market.regulations.profile import OPTIONAL
from market.tariffs.queries import all_standards
from market.tariffs.showing import table
from market.web.language import language
from market.web.site import rule_link


@pytest.fixture
def client(fast_here):
    app = create_app(fast_here)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app.test_client()


def cell_of(page: str, key: str) -> str:
    """Return what stands in the row of a key, beside the key itself."""
    row = page.split(f">{key}</code>", 1)[1].split("</tr>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_every_section_and_value_has_a_chinese_name(fast_here):
    with create_app(fast_here).test_request_context():
        assert language() == "zh"
        known = [
            (rule.subject, path) for rule in regulations.current().all() for path in rule.clauses
        ]
        only_a_city_s = [(subject, path) for subject, keys in OPTIONAL.items() for path in keys]
        assert len(only_a_city_s) > 10
        for subject, path in known + only_a_city_s:
            section, _, key = path.partition(".")
            assert SECTIONS.get(f"{subject}:{section}") or SECTIONS.get(section), path
            assert named(section, key) or NAMES.get(path) or NAMES.get(key), path


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("payments.within_invoiced", "是"),
        ("state_funds.budget_from_fen", "¥2,000,000.00 第二条第（一）项"),
        ("award.confirm_working_days", "2 个工作日"),
        ("public_owner.pay_days", "30 天"),
        ("bid.countdown_seconds", "5 分钟"),
        ("scored.scoring_minutes", "72 小时"),
        ("recusal.shareholder_bp", "5%"),
        ("mean.coefficients_bp", "95%、95.5%、"),
        ("kept.licence", "3650 天"),
        ("tickets.allowed", "合并为一张号票"),
        ("methods.allowed", "公开摇号、封存报价，最低价"),
        ("place.severity", "须删改"),
        ("roles.builder_items", "ZJ-07-001-01 "),
        ("firm.required", "法定代表人身份证"),
    ],
)
def test_a_value_is_told_in_words_and_units(client, key, words):
    assert words in cell_of(client.get("/about").text, key)


def test_an_address_leads_into_the_fold_of_its_instrument(client):
    page = client.get("/about").text
    for rule in regulations.current().all():
        before = page.split(f'id="{rule.id}"', 1)[0]
        assert before.count("<details") > before.count("</details")


def test_a_search_opens_what_it_finds_and_leaves_out_the_rest(client):
    page = client.get("/about?q=延长暂停").text
    assert "thresholds.long_suspend_at" in page
    assert "thresholds.remind_at" not in page
    assert '<details class="z-rule" open>' in page
    assert "没有找到含有“无此词”的规则" in client.get("/about?q=无此词").text


def test_an_english_reader_finds_english_names(client):
    client.get("/language/en")
    page = client.get("/about").text
    assert "Confirm<code" in page
    with client.application.test_request_context():
        assert value_name("award.confirm_working_days") == "确认期限"


def test_a_page_links_to_the_rule_it_applies(client):
    assert (
        '<a href="/about#platform-experts-2024">评审专家库与回避规则' in client.get("/experts").text
    )
    with client.application.test_request_context():
        assert rule_link("a-<rule>") == "a-&lt;rule&gt;"


def test_a_calculation_is_called_by_its_table(client):
    with client.application.test_request_context():
        first = all_standards(date(2026, 3, 2))[0]
        assert table(f"{first.id}?variant=x") == first.name.zh
        assert table("no-such-table?unit=wan") == "no-such-table?unit=wan"
