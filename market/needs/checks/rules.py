"""What a check at posting finds, and what a finding asks of the owner. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import msgid


class Severity(StrEnum):
    """What a finding asks: take it out, explain it in public, or just know it."""

    BLOCK = "block"
    JUSTIFY = "justify"
    NOTE = "note"


class Ground(StrEnum):
    """What a finding is about, in the order in which it is shown."""

    PLACE = "place"
    BRANCH = "branch"
    LOCAL_RECORD = "local_record"
    OWNERSHIP = "ownership"
    CAPITAL = "capital"
    NAME_LIST = "name_list"
    NAMED_FIRM = "named_firm"
    BRAND = "brand"
    SCALE = "scale"
    STAFF = "staff"
    RECUSALS = "recusals"
    SPLIT_TENDER = "split_tender"
    SPLIT_LARGE = "split_large"
    SPLIT_SMALL = "split_small"
    SPLIT_DIRECT = "split_direct"
    AMOUNT = "amount"
    AMOUNT_INVESTMENT = "amount_investment"
    DAYS = "days"
    NOBODY = "nobody"
    TOO_FEW = "too_few"
    BUILDER = "builder"


ADVICE: Final[Mapping[Ground, str]] = MappingProxyType(
    {
        Ground.PLACE: msgid(
            "“%(quote)s”以注册地、场所或者地域区别对待机构。请删去；"
            "需要到场的，写明到场时限和服务地点即可。"
        ),
        Ground.BRANCH: msgid(
            "“%(quote)s”要求机构在本地设立分支机构。请删去；需要及时响应的，写明响应时限即可。"
        ),
        Ground.LOCAL_RECORD: msgid(
            "“%(quote)s”以本地业绩、经验、奖项或者与业主的合作经历区别对待机构。请删去此限定。"
        ),
        Ground.OWNERSHIP: msgid("“%(quote)s”以所有制区别对待机构。请删去。"),
        Ground.CAPITAL: msgid("“%(quote)s”以资本或者资产设门槛，与完成本服务的能力无关。请删去。"),
        Ground.NAME_LIST: msgid(
            "“%(quote)s”以名录库、备选库等名单限制报名。请删去：凡符合条件的机构都可以报名。"
        ),
        Ground.NAMED_FIRM: msgid(
            "“%(quote)s”是一家机构的名称。不得指定机构：请删去；确需提及的，另行说明理由。"
        ),
        Ground.BRAND: msgid(
            "“%(quote)s”限定了特定品牌、产品或者授权。请改写为性能要求并注明“或相当于”，"
            "或者书面说明理由。"
        ),
        Ground.SCALE: msgid(
            "“%(quote)s”以规模、年限、认证、荣誉或者业绩设门槛。请删去，"
            "或者书面说明它与完成本服务有什么必要的关系。"
        ),
        Ground.STAFF: msgid(
            "要求执业人员 %(asked)s 人，事项目录要求 %(least)s 人。"
            "请减少，或者书面说明为什么需要更多人员。"
        ),
        Ground.RECUSALS: msgid(
            "回避名单：%(quote)s。回避只适用于与本项目有利害关系的机构。请核对，或者书面说明。"
        ),
        Ground.SPLIT_TENDER: msgid(
            "同一项目近 %(months)s 个月内同类服务的需求 %(others)s，连同本需求合计 %(sum)s 元，"
            "达到依法必须招标的 %(threshold)s 元。可以合并进行的应当合并，按招标程序办理；"
            "不得拆分后在中介超市选取。"
        ),
        Ground.SPLIT_LARGE: msgid(
            "同一项目近 %(months)s 个月内同类服务的需求 %(others)s，连同本需求合计 %(sum)s 元，"
            "达到大额限额 %(threshold)s 元。请合并为一个需求，或者书面说明为什么分开。"
        ),
        Ground.SPLIT_SMALL: msgid(
            "同一项目近 %(months)s 个月内同类服务的需求 %(others)s，连同本需求合计 %(sum)s 元，"
            "超过小额限额 %(threshold)s 元。请合并为一个需求，或者书面说明为什么分开。"
        ),
        Ground.SPLIT_DIRECT: msgid(
            "同一项目近 %(months)s 个月内同类服务的需求 %(others)s，连同本需求合计 %(sum)s 元，"
            "超过直接选取限额 %(threshold)s 元。请合并为一个需求，或者书面说明为什么分开。"
        ),
        Ground.AMOUNT: msgid(
            "服务费上限 %(ceiling)s 元（%(capitals)s），超过本事项此前公告金额中位数 %(base)s 元的"
            " %(factor)s 倍。请核对是否多写了零；确实需要的，书面说明理由。"
        ),
        Ground.AMOUNT_INVESTMENT: msgid(
            "服务费上限 %(ceiling)s 元（%(capitals)s），超过项目规模中所写金额 %(base)s 元的"
            " %(factor)s%%。请核对是否多写了零；确实需要的，书面说明理由。"
        ),
        Ground.DAYS: msgid(
            "服务时限 %(days)s 个工作日，远少于事项目录的 %(limit)s 个工作日。"
            "请核对是否写错；确实需要的，书面说明理由。"
        ),
        Ground.NOBODY: msgid(
            "现在登记本事项的 %(offering)s 家机构中，没有一家符合全部条件。"
            "请放宽要求；仍要发布的，须书面说明理由。"
        ),
        Ground.TOO_FEW: msgid(
            "现在登记本事项的 %(offering)s 家机构中，%(able)s 家符合全部条件，"
            "少于本事项最少的 %(needed)s 家：公告后很可能流标。请核对要求是否过窄。"
        ),
        Ground.BUILDER: msgid(
            "本事项与本项目的施工单位不相容，而系统不掌握谁在施工。"
            "请把施工单位列入回避的机构，原因写明“承担本项目施工”。"
        ),
    }
)

TITLES: Final[Mapping[Ground, str]] = MappingProxyType(
    {
        Ground.PLACE: msgid("限定地域"),
        Ground.BRANCH: msgid("要求设立分支机构"),
        Ground.LOCAL_RECORD: msgid("要求本地业绩或者合作经历"),
        Ground.OWNERSHIP: msgid("限定所有制"),
        Ground.CAPITAL: msgid("资本、资产门槛"),
        Ground.NAME_LIST: msgid("限定名单"),
        Ground.NAMED_FIRM: msgid("指名机构"),
        Ground.BRAND: msgid("限定品牌"),
        Ground.SCALE: msgid("规模、年限、荣誉门槛"),
        Ground.STAFF: msgid("人员要求高于目录"),
        Ground.RECUSALS: msgid("回避名单"),
        Ground.SPLIT_TENDER: msgid("拆分规避招标"),
        Ground.SPLIT_LARGE: msgid("可能拆分"),
        Ground.SPLIT_SMALL: msgid("可能拆分成小额"),
        Ground.SPLIT_DIRECT: msgid("可能拆分以直接选取"),
        Ground.AMOUNT: msgid("金额异常"),
        Ground.AMOUNT_INVESTMENT: msgid("金额与项目规模不相称"),
        Ground.DAYS: msgid("时限异常"),
        Ground.NOBODY: msgid("没有机构符合条件"),
        Ground.TOO_FEW: msgid("符合条件的机构过少"),
        Ground.BUILDER: msgid("不相容的施工单位"),
    }
)

# Needs that add up: a direct choice is held back by these too.
SPLITS: Final = frozenset(
    {Ground.SPLIT_TENDER, Ground.SPLIT_LARGE, Ground.SPLIT_SMALL, Ground.SPLIT_DIRECT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in a need.

    Attributes:
        ground: What it is about.
        severity: What it asks.
        where: The fields it was found in, by commas; nothing if it is about the whole need.
        facts: What fills the places of its advice.
        about: What makes it the same finding the next time: a justification stays with it.
        source: The document and clause it rests on.
    """

    ground: Ground
    severity: Severity
    where: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    about: str = ""
    source: str = ""

    @property
    def title(self) -> str:
        """The msgid that names what was found."""
        return TITLES[self.ground]

    @property
    def advice(self) -> str:
        """The msgid that says what to do; ``facts`` fill its places."""
        return ADVICE[self.ground]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it was found in."""
        return tuple(self.where.split(",")) if self.where else ()

    @property
    def key(self) -> str:
        """What names the finding: the same for the same words in the same field."""
        return hashlib.sha256(f"{self.ground}\0{self.where}\0{self.about}".encode()).hexdigest()

    def __str__(self) -> str:
        return self.advice % self.facts


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings as they are shown: what must go first, each of them once.

    Args:
        found: Findings of every check, in any order.

    Source: platform default.
    """
    severities, grounds = tuple(Severity), tuple(Ground)
    once = {finding.key: finding for finding in found}
    return sorted(
        once.values(),
        key=lambda f: (severities.index(f.severity), grounds.index(f.ground), f.where, f.about),
    )


def blocking(found: Iterable[Finding]) -> list[Finding]:
    """Return what nothing but a change of the need can clear.

    Args:
        found: Findings of every check.

    Source: the regulation's severities; platform default.
    """
    return [finding for finding in found if finding.severity is Severity.BLOCK]


def unexplained(found: Iterable[Finding], explained: Iterable[str]) -> list[Finding]:
    """Return what still lacks a public explanation.

    Args:
        found: Findings of every check.
        explained: The keys of the findings that have one.

    Source: the regulation's severities; platform default.
    """
    have = set(explained)
    return [
        finding
        for finding in found
        if finding.severity is Severity.JUSTIFY and finding.key not in have
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is found now and was not before (``new``), or the other way about (``gone``)."""

    new: tuple[str, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)


def changed(before: Mapping[str, str], now: Iterable[Finding]) -> Change:
    """Return what changed between two examinations.

    Args:
        before: Ground by key of what was found then.
        now: What is found now.

    Returns:
        The grounds that are new and those that are gone, each as often as it occurs.

    Source: platform default.
    """
    current = {finding.key: finding.ground.value for finding in now}
    return Change(
        new=tuple(current[key] for key in current if key not in before),
        gone=tuple(before[key] for key in before if key not in current),
    )
