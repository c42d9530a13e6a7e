"""Who may take part in a draw: every rule, judged at enrolment and again at the freeze. Pure.

It fails closed: a rule that cannot be shown to hold does not hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.affiliations.rules import CLAIMED, DECLARED, TicketRule
from market.catalogue.rules import Item, Requirement, Shortfall, missing_requirements
from market.draws.recent import SENTENCES, RecentRule, facts_of
from market.errors import msgid
from market.firms.rules import FirmFacts, FirmState, ServiceState, Standing
from market.needs.methods import Method


class Rule(StrEnum):
    """The rules of eligibility, in the order in which a firm reads them."""

    LISTED = "listed"
    STANDING = "standing"
    SERVICE = "service"
    QUALIFICATION = "qualification"
    STAFF = "staff"
    RECORD = "record"
    FEE = "fee"
    COMPUTABLE = "computable"
    OWNER = "owner"
    RECUSAL = "recusal"
    CONFLICT = "conflict"
    RECENT = "recent"
    EXCLUSION = "exclusion"
    DECLARATION = "declaration"
    INTEREST = "interest"
    TICKET = "ticket"
    QUOTE = "quote"
    PRICE = "price"
    MERIT = "merit"
    BID = "bid"
    NEAREST = "nearest"
    PROPOSAL = "proposal"
    LEAST_TOTAL = "least_total"
    TOTAL = "total"


ASKS: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.LISTED: msgid("已入驻本中介超市"),
        Rule.STANDING: msgid("就本事项未被暂停选取资格，未列入黑名单"),
        Rule.SERVICE: msgid("已登记该服务事项，且未被冻结"),
        Rule.QUALIFICATION: msgid("具备该事项要求的资质，且在有效期内"),
        Rule.STAFF: msgid("执业人员数量达到要求"),
        Rule.RECORD: msgid("已核实的同类业绩达到公告要求（公告有要求的）"),
        Rule.FEE: msgid("已公开该事项的收费，且在有效期内"),
        Rule.COMPUTABLE: msgid("公开的收费按公告所列计费参数算得出金额（公告有此规则的）"),
        Rule.OWNER: msgid("不是本次采购的业主"),
        Rule.RECUSAL: msgid("不在业主公布的回避名单内"),
        Rule.CONFLICT: msgid("未承担或报名同一项目的不相容事项"),
        Rule.RECENT: msgid("近期在随机抽取中中选的次数没有达到规则所定的次数"),
        Rule.EXCLUSION: msgid("未被依据公开理由排除"),
        Rule.DECLARATION: msgid("已申报关联关系（规则要求申报之日起）"),
        Rule.INTEREST: msgid("与业主没有申报或查明的利害关系"),
        Rule.TICKET: msgid("同一关联组在本次摇号中没有其他机构报名在先"),
        Rule.QUOTE: msgid("按时封存并开启报价，报价在公告的范围内"),
        Rule.PRICE: msgid("有效报价或最后一次出价最低"),
        Rule.MERIT: msgid("信用分和完成合同数排在公告所定家数之内"),
        Rule.BID: msgid("在竞价时间内出价"),
        Rule.NEAREST: msgid("有效报价被至少一个均价系数对应"),
        Rule.PROPOSAL: msgid("在报名截止前提交不署名的方案"),
        Rule.LEAST_TOTAL: msgid("评审总分不低于及格分"),
        Rule.TOTAL: msgid("评审总分最高"),
    }
)

# Judged after every other rule, between the close and the freeze, and only by these methods.
OF_METHODS: Final[Mapping[Method, tuple[Rule, ...]]] = MappingProxyType(
    {
        Method.LOTTERY: (),
        Method.QUOTE_LOWEST: (Rule.QUOTE, Rule.PRICE),
        Method.QUOTE_MEAN: (Rule.QUOTE, Rule.NEAREST),
        Method.BID_LOWEST: (Rule.BID, Rule.PRICE),
        Method.MERIT_LOTTERY: (Rule.MERIT,),
        Method.SCORED: (Rule.PROPOSAL, Rule.LEAST_TOTAL, Rule.TOTAL),
    }
)
LATER: Final = frozenset(rule for rules in OF_METHODS.values() for rule in rules)


def rules_of(method: Method = Method.LOTTERY, *, recent: bool = False) -> list[Rule]:
    """Return the rules of a draw: those of every draw, then those of its method.

    Args:
        method: How the firm is selected.
        recent: Whether its notice lets recent winners stand back.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    rules = [rule for rule in Rule if rule not in LATER or rule in OF_METHODS[method]]
    return [rule for rule in rules if recent or rule is not Rule.RECENT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A rule a firm does not meet; ``facts`` fill the places of ``sentence``."""

    rule: Rule
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.facts if self.facts else self.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one need asks beyond the catalogue, and what is known of the firm beside its facts.

    Attributes:
        owner_code: The owner's credit code.
        staff_required: How many qualified people the owner asks for.
        projects_required: How many verified past projects of the item the owner asks for.
        projects_held: How many of the firm's count, wherever they were.
        recusals: Reason by credit code of each firm the owner's notice recuses.
        conflicts: Names of incompatible items of the same project that the firm holds or has
            enrolled for.
        recent: The rule that recent winners stand back, where the notice has one.
        recent_held: How many awards of the firm's that rule counts.
        excluded_for: The published ground on which an officer excluded the firm, or nothing.
        standing_until: The last day of a suspension or blacklisting, in words, if it has one.
        affiliate_until: Until when a firm under the same controller is blacklisted for the item,
            in words, if one is and the rules let that reach this firm.
        uncomputable: Why the firm's published fee gives no amount, where the notice keeps such
            firms out.
        undeclared: Whether the notice's rules ask for a declaration that the firm has not made.
        interests: Why the firm must stand aside from the owner, in words.
        group: The number of the group in which another firm holds the ticket; ``DECLARED`` where
            the firms themselves declared one controller, ``CLAIMED`` where the firm alone did.
        tickets: What the notice does with firms of one controller.
        affiliations: The rules of affiliations that the notice fixes, as they are published.
        method: How the firm is selected.
        selection: The exact rule of that method, as the notice prints it.
    """

    owner_code: str
    staff_required: int = 0
    projects_required: int = 0
    projects_held: int = 0
    recusals: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    recent: RecentRule | None = None
    recent_held: int = 0
    excluded_for: str = ""
    standing_until: str = ""
    affiliate_until: str = ""
    uncomputable: Failure | None = None
    undeclared: bool = False
    interests: tuple[str, ...] = ()
    group: str = ""
    tickets: TicketRule = TicketRule.MERGE
    affiliations: Mapping[str, object] = field(default_factory=dict)
    method: Method = Method.LOTTERY
    selection: tuple[str, ...] = ()


def failures(item: Item | None, facts: FirmFacts, asked: Asked, day: date) -> list[Failure]:
    """List every rule that a firm does not meet on a day. An empty list means it may enrol.

    Args:
        item: The catalogue's item on that day; None if it is no longer in force.
        facts: The firm, as of now.
        asked: What the need asks.
        day: The Beijing day.

    Returns:
        In the order of ``Rule``; a rule may fail in more than one way.

    Source: handbook domain.md 2.3 step 6 and 2.4 (recusal); platform default.
    """
    found = [
        *entry(facts.state, facts.standing, asked.standing_until),
        *beside(asked.affiliate_until),
        *_service(facts),
        *_requirements(item, facts, asked, day),
        *((asked.uncomputable,) if asked.uncomputable else ()),
        *_interests(facts, asked),
        *_recent(asked),
        *_affiliations(asked),
    ]
    order = tuple(Rule)
    return sorted(found, key=lambda failure: order.index(failure.rule))


_STANDING: Final[Mapping[tuple[Standing, bool], str]] = MappingProxyType(
    {
        (Standing.SUSPENDED, True): msgid("机构正被暂停选取资格，至%(until)s止"),
        (Standing.SUSPENDED, False): msgid("机构正被暂停选取资格"),
        (Standing.BLACKLISTED, True): msgid("机构已被列入黑名单，至%(until)s止"),
        (Standing.BLACKLISTED, False): msgid("机构已被列入黑名单"),
    }
)


_NOT_LISTED: Final = msgid("机构尚未完成入驻，或已经退出")
_ENTRY: Final[Mapping[FirmState, str]] = MappingProxyType(
    {
        FirmState.DORMANT: msgid(
            "机构长期未报名，已转为休眠；在“本机构入驻与资料”一键恢复后即可报名"
        ),
        FirmState.PAUSED: msgid("机构已被运营机构暂停"),
        FirmState.REMOVED: msgid("机构已被清退"),
    }
)


def entry(state: FirmState, standing: Standing, until: str) -> Iterable[Failure]:
    """Yield what keeps a firm from every new engagement, whatever the item.

    Args:
        state: Where its registration stands.
        standing: The standing that counts now.
        until: The last day of a sanction, in words, if it has one.

    Source: handbook domain.md 2.3 step 6; platform default.
    """
    if state is not FirmState.LISTED:
        yield Failure(rule=Rule.LISTED, sentence=_ENTRY.get(state, _NOT_LISTED))
    if standing is not Standing.ACTIVE:
        yield Failure(
            rule=Rule.STANDING,
            sentence=_STANDING[standing, bool(until)],
            facts={"until": until} if until else {},
        )


def beside(until: str) -> Iterable[Failure]:
    """Yield what bars a firm because another under its controller is blacklisted.

    It names neither the other firm nor the case: who controls a firm is not made public. The firm
    itself reads both on its own page, and objects there.

    Args:
        until: The last day of the other's sanction, in words; nothing if there is none.

    Source: the regulation's ``sanctions.affiliates``; a platform default.
    """
    if until:
        yield Failure(
            rule=Rule.STANDING,
            sentence=msgid(
                "同一控制人的其他机构已被列入黑名单，依规则至%(until)s止不能参加；"
                "不属同一控制人的，在“本机构关联关系”提出异议"
            ),
            facts={"until": until},
        )


def _service(facts: FirmFacts) -> Iterable[Failure]:
    match facts.service_state:
        case ServiceState.OFFERED:
            pass
        case ServiceState.FROZEN:
            yield Failure(rule=Rule.SERVICE, sentence=msgid("该服务事项已被冻结"))
        case ServiceState.WITHDRAWN | None:
            yield Failure(rule=Rule.SERVICE, sentence=msgid("机构没有登记该服务事项"))
    if facts.fee_ended_on is not None:
        yield Failure(
            rule=Rule.FEE,
            sentence=msgid("公开的收费已于%(day)s到期，请先公开新的收费标准"),
            facts={"day": facts.fee_ended_on.isoformat()},
        )
    elif not facts.fee_published:
        yield Failure(rule=Rule.FEE, sentence=msgid("机构没有公开该事项的收费"))


def _requirements(
    item: Item | None, facts: FirmFacts, asked: Asked, day: date
) -> Iterable[Failure]:
    if item is None:
        yield Failure(rule=Rule.QUALIFICATION, sentence=msgid("该事项已不在服务事项清单内"))
        return
    for missing in missing_requirements(item, facts.qualifications, facts.staff_count, day):
        yield Failure(rule=_rule_of(missing), sentence=missing.sentence, facts=missing.facts)
    of_catalogue = item.staff.count if item.staff else 0
    if facts.staff_count < asked.staff_required and asked.staff_required > of_catalogue:
        yield Failure(
            rule=Rule.STAFF,
            sentence=msgid("执业人员不足：业主要求%(count)s人，现有%(held)s人"),
            facts={"count": asked.staff_required, "held": facts.staff_count},
        )
    if asked.projects_held < asked.projects_required:
        yield Failure(
            rule=Rule.RECORD,
            sentence=msgid("已核实的同类业绩不足：公告要求%(count)s项，现有%(held)s项"),
            facts={"count": asked.projects_required, "held": asked.projects_held},
        )


def _rule_of(missing: Requirement) -> Rule:
    return Rule.STAFF if missing.shortfall is Shortfall.STAFF else Rule.QUALIFICATION


def _interests(facts: FirmFacts, asked: Asked) -> Iterable[Failure]:
    if facts.code == asked.owner_code:
        yield Failure(rule=Rule.OWNER, sentence=msgid("机构就是本次采购的业主"))
    if facts.code in asked.recusals:
        yield Failure(
            rule=Rule.RECUSAL,
            sentence=msgid("业主公布须回避：%(reason)s"),
            facts={"reason": asked.recusals[facts.code]},
        )
    for name in asked.conflicts:
        yield Failure(
            rule=Rule.CONFLICT,
            sentence=msgid("已承担或报名同一项目的不相容事项“%(item)s”"),
            facts={"item": name},
        )
    if asked.excluded_for:
        yield Failure(
            rule=Rule.EXCLUSION,
            sentence=msgid("运营机构已依据公开理由排除：%(ground)s"),
            facts={"ground": asked.excluded_for},
        )


def _recent(asked: Asked) -> Iterable[Failure]:
    rule, held = asked.recent, asked.recent_held
    if rule is not None and rule.applies and held >= rule.wins:
        yield Failure(rule=Rule.RECENT, sentence=SENTENCES[rule.among], facts=facts_of(rule, held))


_TICKETS: Final[Mapping[TicketRule, str]] = MappingProxyType(
    {
        TicketRule.MERGE: msgid("同一控制人只有一张号票：关联组 %(group)s 已有机构报名在先"),
        TicketRule.EXCLUDE: msgid(
            "公告只保留同一控制人最先报名的一家：关联组 %(group)s 已有机构报名在先，本机构被排除"
        ),
    }
)


_TICKETS_DECLARED: Final[Mapping[TicketRule, str]] = MappingProxyType(
    {
        TicketRule.MERGE: msgid(
            "同一控制人只有一张号票：与本机构申报的控制人或法定代表人相同的机构已报名在先"
        ),
        TicketRule.EXCLUDE: msgid(
            "公告只保留同一控制人最先报名的一家：与本机构申报的控制人或法定代表人相同的机构"
            "已报名在先，本机构被排除"
        ),
    }
)


_CLAIMED: Final = msgid(
    "同一控制人只有一张号票：本机构申报为同一控制人的机构已报名，对方没有确认，由本机构让出号票"
)


def _affiliations(asked: Asked) -> Iterable[Failure]:
    if asked.undeclared:
        yield Failure(
            rule=Rule.DECLARATION,
            sentence=msgid("机构没有申报关联关系，请在“本机构关联关系”中申报"),
        )
    for interest in asked.interests:
        yield Failure(
            rule=Rule.INTEREST,
            sentence=msgid("与业主有利害关系，须回避：%(interest)s"),
            facts={"interest": interest},
        )
    if asked.group == CLAIMED:
        yield Failure(rule=Rule.TICKET, sentence=_CLAIMED)
    elif asked.group == DECLARED:
        yield Failure(rule=Rule.TICKET, sentence=_TICKETS_DECLARED[asked.tickets])
    elif asked.group:
        yield Failure(
            rule=Rule.TICKET,
            sentence=_TICKETS[asked.tickets],
            facts={"group": asked.group},
        )


def in_words(found: Iterable[Failure]) -> str:
    """Return failures in one Chinese sentence part."""
    return "；".join(map(str, found))
