"""The emergency path: a firm commissioned at once, filed afterwards, every one reviewed."""

from dataclasses import dataclass, field
from datetime import datetime

from market.db import UnitOfWork
from market.direct import queries
from market.direct.actions.choosing import SERIES, new_choice
from market.direct.actions.naming import publish
from market.direct.actions.record import (
    digest,
    firm_named,
    keep,
    long_enough,
    rules_now,
    tell,
)
from market.direct.counting import lock_owner, require_not_barred
from market.direct.emergency_rules import (
    EmergencyGround,
    EmergencyMove,
    EmergencyState,
    Opinion,
    advance_emergency,
)
from market.direct.journal import EmergencyMoved
from market.direct.judging import Proposed, judge, keep_fee
from market.direct.limits import rules_on
from market.direct.model import DirectChoice, Emergency
from market.direct.published import Inputs, inputs_for
from market.direct.rules import DirectGround
from market.documents.actions.buyers import require_buyer
from market.documents.owner_rules import BuyerDeed
from market.draws import actions as draws
from market.draws.actions.awarding import rules_of
from market.duties import require_another
from market.errors import MissingError, msgid
from market.files import StoredFile
from market.firms import queries as firms
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import locked as locked_need
from market.needs.rules import Move, advance
from market.numbers import next_number
from market.regulations import Regulation


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyFacts:
    """What an owner says when it commissions a firm at once."""

    firm_code: str
    ground: EmergencyGround
    price_fen: int
    reason: str
    why_no_draw: str
    inputs: Inputs = field(default_factory=Inputs)


def commission(work: UnitOfWork, need: Need, facts: EmergencyFacts) -> DirectChoice:
    """Commission a listed firm at once; it is public at once, and must be filed afterwards.

    The firm is asked at once, so that work can begin; the publicity, in which everybody may
    object, runs its whole time beside it.

    Raises:
        IllegalMoveError: The need is being announced, or was.
        EmergencyBarredError: An earlier emergency of the owner was not accepted.
        DirectError, NeedFactsError: A rule is broken: amount, eligibility, fee or a cap.
    """
    lock_owner(work, need.owner_org_id)
    need = locked_need(work, need.id)
    advance(need.state, Move.CHOOSE)
    require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    rules = rules_now(work)
    require_not_barred(work, rules, need.owner_org_id)
    why = long_enough(rules, facts.why_no_draw, "why_no_draw")
    choice = _choice(work, need, facts, rules)
    needs.step(work, need, Move.CHOOSE)
    award = publish(work, choice, need, rules)
    work.session.add(choice)
    work.session.flush()
    tell(work, choice, "commission", choice.reason)
    case = _case(work, choice, facts.ground, why, rules.integer("emergency.file_working_days"))
    _say(work, case, "commission", why)
    # It is public before the firm is asked, yet nobody waits for the publicity to end.
    draws.offer(work, award)
    days = rules_of(need).integer("award.confirm_working_days")
    award.answer_by_at = award.next_check_at = award.count_term(work.today, days)
    return choice


def _choice(work: UnitOfWork, need: Need, facts: EmergencyFacts, rules: Regulation) -> DirectChoice:
    """Return the choice of a firm that may be commissioned now."""
    firm = firms.locked(work, firm_named(work, facts.firm_code).id)
    reason = long_enough(rules, facts.reason)
    ground, inputs = DirectGround.EMERGENCY, inputs_for(need, facts.inputs)
    proposed = Proposed(ground=ground, price_fen=facts.price_fen, inputs=inputs)
    found = judge(work, need, firm, proposed, rules)
    choice = new_choice(need, next_number(work, SERIES))
    choice.firm_id, choice.ground = firm.id, ground
    choice.price_fen, choice.reason, choice.rules_id = facts.price_fen, reason, rules.id
    choice.fee_bases, choice.fee_standard = inputs.bases, inputs.standard
    choice.proposed_by_id = work.user_id
    keep_fee(choice, found)
    return choice


def _case(
    work: UnitOfWork, choice: DirectChoice, ground: EmergencyGround, why: str, days: int
) -> Emergency:
    case = Emergency(
        direct_id=choice.id,
        ground=ground,
        why_no_draw=why,
        state=EmergencyState.TO_FILE,
        is_late=False,
    )
    case.file_by_at = case.next_check_at = case.count_term(work.today, days)
    work.session.add(case)
    work.session.flush()
    return case


def file(work: UnitOfWork, case: Emergency, text: str, stored: StoredFile) -> None:
    """File a commission afterwards, with the evidence; by another person of the owner.

    Raises:
        SeparationOfDutiesError: The person commissioned the firm.
        IllegalEmergencyMoveError: It was filed.
        ReasonShortError: The text says too little.
    """
    case = queries.emergency_locked(work, case.id)
    choice = queries.locked(work, case.direct_id)
    require_another(
        work, choice.proposed_by_id, first=msgid("应急委托经办人"), second=msgid("备案审批人")
    )
    said = long_enough(rules_on(work.today), text, "filing")
    _step(work, case, EmergencyMove.FILE)
    case.filing, case.file_id = said, stored.id
    case.filed_by_id, case.filed_at = work.user_id, work.now
    case.is_late = work.now >= case.file_by_at
    if case.state is EmergencyState.FILED:
        _wait_for_operator(work, case)
    keep(work, choice, EmergencyMove.FILE.value, said)
    _say(work, case, EmergencyMove.FILE.value, said, stored.digest)


def expire(work: UnitOfWork, case: Emergency) -> None:
    """Mark that the term of filing is over; everybody sees it, and it is reviewed all the same."""
    case = queries.emergency_locked(work, case.id)
    _step(work, case, EmergencyMove.EXPIRE)
    case.is_late = True
    _wait_for_operator(work, case)
    keep(work, queries.locked(work, case.direct_id), EmergencyMove.EXPIRE.value)
    _say(work, case, EmergencyMove.EXPIRE.value, "")


def escalate(work: UnitOfWork, case: Emergency) -> None:
    """Take a case to the supervisor that the operator let lie; its silence stays public."""
    case = queries.emergency_locked(work, case.id)
    _step(work, case, EmergencyMove.ESCALATE)
    case.escalated_at = work.now
    case.review_by_at = _review_by(work, case, "emergency.supervisor_review_working_days")
    keep(work, queries.locked(work, case.direct_id), EmergencyMove.ESCALATE.value)
    _say(work, case, EmergencyMove.ESCALATE.value, "")


def examine(work: UnitOfWork, case: Emergency, opinion: Opinion, reason: str) -> None:
    """Say, as the operator, whether the emergency and the commission are justified.

    Raises:
        IllegalEmergencyMoveError: It is not filed, or was examined.
        ReasonShortError: The reason is too short.
    """
    case = queries.emergency_locked(work, case.id)
    said = long_enough(rules_on(work.today), reason)
    _step(work, case, EmergencyMove.EXAMINE)
    case.opinion, case.opinion_reason = opinion, said
    case.examined_by_id, case.examined_at = work.user_id, work.now
    case.review_by_at = _review_by(work, case, "emergency.supervisor_review_working_days")
    keep(work, queries.locked(work, case.direct_id), EmergencyMove.EXAMINE.value, said)
    _say(work, case, EmergencyMove.EXAMINE.value, said)


def decide(work: UnitOfWork, case: Emergency, *, accepts: bool, reason: str) -> None:
    """Accept or reject an emergency, as the supervisor; it stays in the owner's record.

    Raises:
        SeparationOfDutiesError: The same person examined it.
        IllegalEmergencyMoveError: The operator still has time to examine it, or it is decided.
        ReasonShortError: The reason is too short.
    """
    case = queries.emergency_locked(work, case.id)
    require_another(work, case.examined_by_id, first=msgid("审查人"), second=msgid("复核人"))
    said = long_enough(rules_on(work.today), reason)
    deed = EmergencyMove.ACCEPT if accepts else EmergencyMove.REJECT
    _step(work, case, deed)
    case.decision_reason, case.decided_by_id, case.decided_at = said, work.user_id, work.now
    case.review_by_at = None
    keep(work, queries.locked(work, case.direct_id), deed.value, said)
    _say(work, case, deed.value, said)


def of_choice(work: UnitOfWork, choice: DirectChoice) -> Emergency:
    """Return the emergency of a choice.

    Raises:
        MissingError: The choice is none.
    """
    case = queries.emergency_of(work, choice)
    if case is None:
        raise MissingError
    return case


def _step(work: UnitOfWork, case: Emergency, deed: EmergencyMove) -> None:
    case.state = advance_emergency(case.state, deed)
    case.next_check_at = None
    work.session.flush()


def _wait_for_operator(work: UnitOfWork, case: Emergency) -> None:
    """Give the operator its days; when they are over, time takes the case to the supervisor."""
    case.review_by_at = _review_by(work, case, "emergency.operator_review_working_days")
    case.next_check_at = case.review_by_at


def _review_by(work: UnitOfWork, case: Emergency, key: str) -> datetime:
    return case.count_term(work.today, rules_on(work.today).integer(key))


def _say(work: UnitOfWork, case: Emergency, what: str, text: str, file_digest: str = "") -> None:
    choice = work.session.get_one(DirectChoice, case.direct_id)
    work.record(
        EmergencyMoved(
            direct=choice.number,
            ground=case.ground,
            move=what,
            state=case.state,
            late=case.is_late,
            file_by_at=case.file_by_at,
            text_digest=digest(text),
            file_digest=file_digest,
        )
    )
