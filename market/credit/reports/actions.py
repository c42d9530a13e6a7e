"""One person reports a breach, the firm speaks, another person confirms or drops it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from market import rulebook
from market.accounts.queries import organisation
from market.clock import beijing
from market.credit import actions as ledger
from market.credit import queries as breaches
from market.credit.cases.texts import required
from market.credit.journal import BreachAnnulled
from market.credit.model import Breach, BreachAnnulment
from market.credit.reports import messages
from market.credit.reports.errors import (
    BreachHeldError,
    NotYourReportError,
    ReportStillHeardError,
    StatementLateError,
)
from market.credit.reports.model import BreachReport, BreachStatement
from market.credit.reports.rules import (
    ReportMove,
    ReportState,
    advance_report,
    is_heard,
    may_state,
)
from market.credit.rules import BreachKind, Evidence
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import msgid
from market.files import StoredFile
from market.firms import queries as firm_queries
from market.firms.model import Firm
from market.messages.actions import tell
from market.messages.kinds import Kind
from market.numbers import next_number
from market.salts import salted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What an authority found: ``named`` is what the rule asks for beside the facts."""

    kind: BreachKind
    occurred_on: date
    evidence: str
    named: Mapping[Evidence, str] = field(default_factory=dict)
    staff_id: int | None = None


def report(
    work: UnitOfWork, firm: Firm, found: Reported, stored: StoredFile | None = None
) -> BreachReport:
    """Report a breach and tell its firm: it is in no ledger until another person confirms it.

    Raises:
        DayOutsideRulesError: No rule says what a breach of that day costs.
        EvidenceMissingError: Something that the rule asks for is not named.
        MissingError: The person is none of the firm's.
        NotYetOccurredError: The day has not come.
        TextTooShortError: The evidence is missing.
        UnknownYearError: The calendar does not know when the firm's time ends.
        ValueError: The kind is one that only the system enters.
    """
    evidence = ledger.checked_report(
        work, firm, found.kind, found.occurred_on, found.evidence,
        named=found.named, staff_id=found.staff_id,
    )  # fmt: skip
    rules = rulebook.apply(work, "credit")
    one = BreachReport(
        number=next_number(work, ledger.SERIES),
        firm_id=firm.id,
        kind=found.kind,
        occurred_on=found.occurred_on,
        evidence=evidence,
        staff_id=found.staff_id,
        file_id=stored.id if stored is not None else None,
        regulation_id=rules.id,
        proposed_by_id=work.user_id,
        proposed_by_org_id=work.org_id,
        proposed_at=work.now,
        state=ReportState.HEARING,
    )
    one.state_by_at = one.count_term(work.today, rules.integer("report.hearing_working_days"))
    work.session.add(one)
    work.session.flush()
    _tell(
        work, one, messages.REPORTED, "reported",
        authority=_authority(work, one), day=one.occurred_on, until=one.state_by_at,
    )  # fmt: skip
    return one


def state(
    work: UnitOfWork,
    one: BreachReport,
    text: str,
    stored: StoredFile | None = None,
    *,
    is_last: bool = False,
) -> None:
    """Hear the firm: it may add until its time is over, or say that this is all.

    Raises:
        ReportMovedError: It said that it adds nothing, or the report is decided.
        StatementLateError: The time is over.
        TextTooShortError: There is no text.
    """
    new = advance_report(one.state, ReportMove.STATE_LAST if is_last else ReportMove.STATE)
    if not may_state(one.state, one.state_by_at, work.now):
        raise StatementLateError
    work.session.add(
        BreachStatement(
            report_id=one.id,
            words=required(text, "statement"),
            file_id=stored.id if stored is not None else None,
            stated_by_id=work.user_id,
            stated_at=work.now,
        )
    )
    one.state = new
    flag_modified(one, "state")  # Whoever decides has read this, or is asked again.


def take_back(work: UnitOfWork, one: BreachReport, why: str) -> None:
    """Let whoever reported take it back until it is decided; the firm is told.

    Raises:
        NotYourReportError: Somebody else reported it.
        ReportMovedError: It is decided.
        TextTooShortError: It does not say why.
    """
    new = advance_report(one.state, ReportMove.TAKE_BACK)
    if not took(work, one.proposed_by_id):
        raise NotYourReportError
    one.decision = required(why, "why")
    one.state = new
    _tell(work, one, messages.ENDED, "ended")


def decide(work: UnitOfWork, one: BreachReport, *, confirm: bool, why: str) -> None:
    """Confirm or drop a report as another person; a confirmed one counts from now on.

    Raises:
        ReportMovedError: It was decided or taken back.
        ReportStillHeardError: The firm may still speak.
        SeparationOfDutiesError: It is the reporter's own.
        TextTooShortError: There are no reasons.
    """
    new = advance_report(one.state, ReportMove.CONFIRM if confirm else ReportMove.DROP)
    require_another(work, one.proposed_by_id, first=msgid("提出人"), second=msgid("确认人"))
    if not is_heard(one.state, one.state_by_at, work.now):
        raise ReportStillHeardError(one.state_by_at)
    one.decision = required(why, "decision")
    one.state, one.decided_by_id, one.decided_at = new, work.user_id, work.now
    if not confirm:
        _tell(work, one, messages.ENDED, "ended")
        return
    breach = ledger.enter_report(
        work, firm_queries.locked(work, one.firm_id), one.kind, beijing(one.occurred_on),
        number=one.number, evidence=one.evidence, staff_id=one.staff_id,
    )  # fmt: skip
    one.breach_id = breach.id
    _tell(
        work, one, messages.CONFIRMED, "confirmed",
        points=breach.points, authority=_authority(work, one),
    )  # fmt: skip


def ask_undo(work: UnitOfWork, one: BreachReport, why: str) -> None:
    """Propose to undo a confirmed report because it was wrong.

    Raises:
        BreachHeldError: A case rests on the breach.
        ReportMovedError: It is not confirmed, or another proposal waits.
        TextTooShortError: There are no reasons.
    """
    new = advance_report(one.state, ReportMove.ASK_UNDO)
    _require_free(work, one)
    one.undo_why = required(why, "why")
    one.state, one.undo_by_id, one.undo_at, one.keep_why = new, work.user_id, work.now, ""


def answer_undo(work: UnitOfWork, one: BreachReport, *, undo: bool, why: str = "") -> None:
    """Undo a confirmed report as the second person, or leave it as it is.

    Raises:
        BreachHeldError: A case rests on the breach.
        ReportMovedError: Nobody proposed it, or it was answered.
        SeparationOfDutiesError: It is the proposer's own.
        TextTooShortError: It is left, and nobody says why.
    """
    new = advance_report(one.state, ReportMove.UNDO if undo else ReportMove.KEEP)
    require_another(work, one.undo_by_id, first=msgid("提出人"), second=msgid("确认人"))
    if not undo:
        one.keep_why = required(why, "why")
        one.state = new
        return
    firm = firm_queries.locked(work, one.firm_id)  # No case takes the breach up meanwhile.
    breach = _require_free(work, one)
    one.state, one.undone_by_id, one.undone_at = new, work.user_id, work.now
    work.session.add(
        BreachAnnulment(
            breach_id=breach.id,
            case_number=one.number,
            why=one.undo_why,
            annulled_at=work.now,
            annulled_by_id=work.user_id,
        )
    )
    work.record(
        BreachAnnulled(
            firm=firm.code,
            source=f"{breach.source}:{breach.source_id}",
            case=one.number,
            why_digest=salted(work, one.number, one.undo_why),
        )
    )
    _tell(work, one, messages.UNDONE, "undone")


def _require_free(work: UnitOfWork, one: BreachReport) -> Breach:
    breach = work.session.get_one(Breach, one.breach_id)
    if held := breaches.case_numbers(work, [breach.id]):
        raise BreachHeldError(held[breach.id])
    return breach


def _authority(work: UnitOfWork, one: BreachReport) -> str:
    return organisation(work, one.proposed_by_org_id).name


def _tell(work: UnitOfWork, one: BreachReport, kind: Kind, once: str, **values: Any) -> None:  # noqa: ANN401 - as ``tell`` takes them
    tell(
        work,
        kind,
        org_id=work.session.get_one(Firm, one.firm_id).organisation_id,
        path=f"/credit/reports/{one.number}",
        once=f"{one.number}:{once}",
        number=one.number,
        breach=one.kind,
        **values,
    )
