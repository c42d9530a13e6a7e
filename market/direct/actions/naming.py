"""Publishing the name: an award that rests on no draw, and says so."""

from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.direct import queries
from market.direct.actions.record import digest, rules_now, tell
from market.direct.counting import lock_owner
from market.direct.journal import DirectGiven
from market.direct.judging import judge_again
from market.direct.model import DirectChoice
from market.direct.rules import DirectMove, DirectState, advance
from market.draws.actions import awarding
from market.draws.journal import AwardPriced
from market.draws.model import Award
from market.draws.model_prices import AwardPrice
from market.draws.rules import AwardState
from market.firms import queries as firms
from market.firms.model import FirmFee
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import locked as locked_need
from market.needs.rules import Move
from market.numbers import next_number
from market.regulations import Regulation
from market.rulebook import apply

PROCESS = "market-process"


def name(work: UnitOfWork, choice: DirectChoice) -> Award:
    """Pass an approved choice at the operator's check: it is published, its publicity begins.

    Raises:
        IllegalDirectMoveError: It does not wait for the operator.
        DirectError, NeedFactsError: A rule is broken by now; a cap may have been reached.
    """
    lock_owner(work, choice.owner_org_id)
    choice = queries.locked(work, choice.id)
    need = locked_need(work, choice.need_id)
    rules = rules_now(work)
    firms.locked(work, choice.firm_id)
    advance(choice.state, DirectMove.NAME)
    judge_again(work, choice, need, rules)
    choice.checked_by_id = work.user_id
    award = publish(work, choice, need, rules)
    tell(work, choice, DirectMove.NAME.value)
    return award


def publish(work: UnitOfWork, choice: DirectChoice, need: Need, rules: Regulation) -> Award:
    """Publish that a firm is named: its publicity, in which everybody may object, begins."""
    need.regulation_id = apply(work, PROCESS).id
    award = Award(
        draw_id=None,
        direct_number=choice.number,
        need_id=need.id,
        firm_id=choice.firm_id,
        rank=1,
        number=next_number(work, "ZX"),
        price_fen=choice.price_fen,
        state=AwardState.PUBLICITY,
        published_at=work.now,
    )
    awarding.begin_publicity(work, award, need)
    work.session.add(award)
    needs.step(work, need, Move.NAME)
    work.session.flush()
    awarding.say(work, award)
    _keep_price(work, award, choice, need)
    choice.state, choice.state_since, choice.due_at = DirectState.NAMED, work.now, None
    choice.award_id, choice.named_at, choice.rules_id = award.id, work.now, rules.id
    work.record(
        DirectGiven(
            direct=choice.number,
            need=need.number,
            owner=organisation(work, choice.owner_org_id).code,
            firm=firms.firm_by_id(work, choice.firm_id).code,
            ground=choice.ground,
            funds=choice.funds,
            price_fen=choice.price_fen,
            reason_digest=digest(choice.reason),
            regulation=rules.id,
            regulation_digest=rules.digest,
        )
    )
    return award


def _keep_price(work: UnitOfWork, award: Award, choice: DirectChoice, need: Need) -> None:
    """Keep beside which published fee the price stands, and tell the log."""
    fee = work.session.get(FirmFee, choice.fee_id) if choice.fee_id else None
    row = AwardPrice(
        award_id=award.id,
        limit_fen=choice.price_fen,
        fee_id=choice.fee_id,
        disclosed_fen=choice.disclosed_fen,
        hindrance=choice.hindrance,
        price_fen=choice.price_fen,
        at=work.now,
    )
    work.session.add(row)
    work.record(
        AwardPriced(
            award=award.number,
            need=need.number,
            firm=firms.firm_by_id(work, choice.firm_id).code,
            price_fen=row.price_fen,
            limit_fen=row.limit_fen,
            fee_version=fee.version_no if fee else None,
            disclosed_fen=row.disclosed_fen,
            hindrance=row.hindrance,
        )
    )
