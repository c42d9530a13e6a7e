"""Whether an owner may name a firm for a need, now: every rule, at each step anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from market.db import UnitOfWork
from market.direct.counting import earlier_of, require_room
from market.direct.errors import (
    FindingsBlockError,
    FirmIneligibleError,
    NoticeCalledOffError,
    NotSingleError,
)
from market.direct.funds_rules import Funds, check_funds
from market.direct.limits import limits_of
from market.direct.model import DirectChoice
from market.direct.published import Inputs, Published, require_within
from market.direct.rules import DirectGround, check_price, check_small
from market.documents.owner_rules import OwnerState
from market.documents.queries_owners import registration
from market.draws import queries as draws
from market.draws.eligibility import in_words
from market.draws.rules import EnrolmentState
from market.firms.model import Firm
from market.needs import actions as needs
from market.needs import hindrances
from market.needs.checks.examining import examine
from market.needs.checks.queries import justified
from market.needs.checks.rules import SPLITS, blocking, unexplained
from market.needs.model import Need
from market.needs.queries import failures_of, notices_of
from market.needs.rules import FailureReason
from market.regulations import Regulation

_TOO_FEW = frozenset({FailureReason.TOO_FEW.value, FailureReason.TOO_FEW_ELIGIBLE.value})
SECOND: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """On which ground a firm is named, at what price, paid from what, and its fee's inputs."""

    ground: DirectGround
    price_fen: int
    funds: Funds | None = None
    inputs: Inputs = field(default_factory=Inputs)


def judge(
    work: UnitOfWork, need: Need, firm: Firm, proposed: Proposed, rules: Regulation
) -> Published:
    """Refuse a choice that breaks any rule today; return what the firm's published fee gives.

    Raises:
        NeedFactsError: The need itself could not go out, as one that must be tendered.
        DirectError: The rule of direct choices that is broken.
    """
    ground, price_fen = proposed.ground, proposed.price_fen
    check_price(ground, price_fen, need.ceiling_fen, limits_of(rules), rules.title)
    needs.check(work, needs.facts_of(work, need))
    # What must not be announced again must not be given away without an announcement either.
    if (again := hindrances.of_again(work, need)) is not None:
        raise again
    _not_called_off(work, need)
    if ground is DirectGround.PRIVATE_FUNDS:
        _private(work, need, proposed.funds, rules)
    if ground is DirectGround.SINGLE_APPLICANT and firm not in single_applicants(work, need):
        raise NotSingleError
    if ground is not DirectGround.EMERGENCY:
        _nothing_blocks(work, need, ground)
    if found := draws.failures_of(work, need, firm, None):
        raise FirmIneligibleError(in_words(found))
    found_fee = require_within(work, need, firm, proposed.inputs, price_fen)
    if ground is DirectGround.SMALL_AMOUNT:
        limits = limits_of(rules)
        earlier = earlier_of(work, need, firm.id, work.now, limits.months)
        check_small(price_fen, found_fee.limit_fen, earlier, limits, rules.title)
    require_room(
        work,
        rules,
        ground=ground,
        owner_org_id=need.owner_org_id,
        firm_id=firm.id,
        price_fen=price_fen,
    )
    return found_fee


def judge_again(work: UnitOfWork, choice: DirectChoice, need: Need, rules: Regulation) -> None:
    """Judge a choice again at a later step: nothing that has changed since slips through."""
    firm = work.session.get_one(Firm, choice.firm_id)
    proposed = Proposed(
        ground=choice.ground,
        price_fen=choice.price_fen,
        funds=choice.funds,
        inputs=Inputs(bases=choice.fee_bases, standard=choice.fee_standard),
    )
    keep_fee(choice, judge(work, need, firm, proposed, rules))


def keep_fee(choice: DirectChoice, found: Published) -> None:
    """Keep with a choice which version of the firm's fee bound it, and what that gave."""
    choice.fee_id = found.fee.id if found.fee else None
    choice.disclosed_fen = found.limit_fen
    choice.hindrance = found.hindrance.value if found.hindrance else ""


def _private(work: UnitOfWork, need: Need, funds: Funds | None, rules: Regulation) -> None:
    """Refuse to call money private unless owner, kind and source all say so."""
    limits, owner = limits_of(rules), registration(work, need.owner_org_id)
    checked = owner is not None and owner.state is OwnerState.CHECKED
    check_funds(
        funds or "",
        need.funding_source,
        owner.nature if owner is not None and checked else None,
        natures=limits.owner_natures,
        kinds=limits.private_funds,
        words=limits.public_words,
    )


def _not_called_off(work: UnitOfWork, need: Need) -> None:
    """Refuse a need whose notice was called off for a change: firms wait for the next one."""
    notices = notices_of(work, need)
    failed = {row.attempt for row in failures_of(work, need)}
    if notices and notices[-1].attempt not in failed:
        raise NoticeCalledOffError


def _nothing_blocks(work: UnitOfWork, need: Need, ground: DirectGround) -> None:
    """Refuse what the checks at posting block, and a need split to stay small, unexplained."""
    findings = examine(work, need).findings
    open_ = unexplained(findings, justified(work, need))
    is_small = ground is DirectGround.SMALL_AMOUNT
    split = [one for one in open_ if is_small and one.ground in SPLITS]
    if found := [*blocking(findings), *split]:
        raise FindingsBlockError("；".join(str(one) for one in found[:3]))


def single_applicants(work: UnitOfWork, need: Need) -> Sequence[Firm]:
    """Return the one firm that applied for a second notice that had too few, if it is one.

    Nobody where the second notice did not fail for that, or where more firms could come.
    """
    last = next((row for row in failures_of(work, need) if row.attempt == need.attempt), None)
    is_second = need.attempt - need.changes >= SECOND
    draw = draws.draw_of_need(work, need.id)
    if last is None or last.reason not in _TOO_FEW or not is_second or draw is None:
        return ()
    ids = [
        row.firm_id
        for row in draws.enrolments_of(work, draw)
        if row.state is not EnrolmentState.WITHDRAWN
    ]
    applied = [work.session.get_one(Firm, firm_id) for firm_id in ids]
    able = [firm for firm in applied if not draws.failures_of(work, need, firm, None)]
    return able if len(able) == 1 else ()
