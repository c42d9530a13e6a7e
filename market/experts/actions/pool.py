"""Operators keep the pool: one enters or changes an expert, another confirms."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.access import OrgKind
from market.accounts.actions import register_organisations
from market.catalogue.queries import all_items
from market.clock import beijing_day, months_after
from market.codes import ALPHABET, credit_code, id_number
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import ConflictError, msgid
from market.experts import queries
from market.experts.errors import (
    EvidenceMissingError,
    ExpertKnownError,
    NoExpertReasonError,
    NoSpecialtyError,
    NotYetDeclaredError,
    RenewalEarlyError,
    UnknownSpecialtyError,
)
from market.experts.journal import ExpertMoved
from market.experts.model import Expert, ExpertDeed, ExpertSpecialty
from market.experts.recusing import SUBJECT, limits_of
from market.experts.rules import (
    REASONED,
    ExpertMove,
    ExpertReason,
    ExpertState,
    advance,
    declaration_holds,
)
from market.rulebook import apply

WORDS_SHORTEST: Final = 5
_RANDOM: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertFacts:
    """What an operator enters of an expert, on the strength of a letter of appointment."""

    name: str
    title: str
    employer_name: str
    employer_code: str
    evidence: str
    items: tuple[str, ...]


def enter(work: UnitOfWork, facts: ExpertFacts, number: str, key: bytes) -> Expert:
    """Enter an expert, whom another operator confirms. Of the identity number a digest is kept.

    Raises:
        IdNumberError, CreditCodeError: A number is not one.
        ExpertKnownError, ConflictError: The person is in the pool, or is just being entered.
        EvidenceMissingError, NoSpecialtyError, UnknownSpecialtyError: Something is missing.
    """
    identity = id_number(number)
    digest = identity.digest(key)
    known = select(Expert.code).where(
        Expert.id_digest == digest, Expert.state != ExpertState.REMOVED
    )
    if code := work.session.scalar(known):
        raise ExpertKnownError(code)
    values = checked(work, facts)
    code = _new_code(work)
    seat = register_organisations(work, OrgKind.EXPERT, [(code, code)])[0]
    expert = Expert(
        organisation_id=seat.id,
        code=code,
        id_digest=digest,
        id_masked=identity.masked,
        state=ExpertState.PENDING,
        state_since=work.now,
        entered_by_id=work.user_id,
        entered_at=work.now,
        **values,
    )
    work.session.add(expert)
    try:
        work.session.flush()
    except IntegrityError:
        raise ConflictError from None  # a colleague entered the same person meanwhile
    _set_items(work, expert, facts.items)
    _tell(work, expert, ExpertMove.ENTER, None, facts.evidence)
    return expert


def change(
    work: UnitOfWork, expert: Expert, facts: ExpertFacts, reason: ExpertReason, words: str
) -> None:
    """Change what is known of an expert, who is out of the draws until another confirms it.

    Raises:
        IllegalExpertMoveError: The expert has left the pool.
        NoExpertReasonError: There is no reason.
        CreditCodeError, EvidenceMissingError, NoSpecialtyError, UnknownSpecialtyError: A fact
            is missing or wrong.
    """
    expert = queries.locked(work, expert.id)
    values = checked(work, facts)
    words = _reasoned(ExpertMove.CHANGE, reason, words)
    _move(work, expert, ExpertMove.CHANGE)
    changed = _differences(work, expert, values, facts.items)
    for name, value in values.items():
        setattr(expert, name, value)
    expert.entered_by_id, expert.entered_at = work.user_id, work.now
    _set_items(work, expert, facts.items)
    _tell(work, expert, ExpertMove.CHANGE, reason, words, changed)


def confirm(work: UnitOfWork, expert: Expert) -> None:
    """Confirm what a colleague entered: from now on the expert is in the draws of new needs.

    Raises:
        IllegalExpertMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever entered it confirms.
    """
    expert = queries.locked(work, expert.id)
    _move(work, expert, ExpertMove.CONFIRM)
    _require_other(work, expert)
    if expert.renew_by_on is None:
        expert.renew_by_on = _term(work, work.today)
    _tell(work, expert, ExpertMove.CONFIRM, None, "")


def refuse(work: UnitOfWork, expert: Expert, reason: ExpertReason, words: str) -> None:
    """Refuse what a colleague entered, saying why.

    Raises:
        IllegalExpertMoveError: It does not wait for that.
        SeparationOfDutiesError: Whoever entered it refuses.
        NoExpertReasonError: There is no reason.
    """
    expert = queries.locked(work, expert.id)
    _move(work, expert, ExpertMove.REFUSE)
    _require_other(work, expert)
    _tell(work, expert, ExpertMove.REFUSE, reason, _reasoned(ExpertMove.REFUSE, reason, words))


def pause(work: UnitOfWork, expert: Expert, reason: ExpertReason, words: str) -> None:
    """Take an expert out of the draws for a while, saying why.

    Raises:
        IllegalExpertMoveError: The expert is not in them.
        NoExpertReasonError: There is no reason.
    """
    expert = queries.locked(work, expert.id)
    _move(work, expert, ExpertMove.PAUSE)
    _tell(work, expert, ExpertMove.PAUSE, reason, _reasoned(ExpertMove.PAUSE, reason, words))


def resume(work: UnitOfWork, expert: Expert) -> None:
    """Put a paused expert back into the draws of needs that are published from now on.

    Raises:
        IllegalExpertMoveError: The expert is not paused.
        SeparationOfDutiesError: Whoever paused the expert resumes.
    """
    expert = queries.locked(work, expert.id)
    _move(work, expert, ExpertMove.RESUME)
    paused = next(deed for deed in queries.deeds_of(work, expert) if deed.move is ExpertMove.PAUSE)
    require_another(work, paused.by_id, first=msgid("暂停人"), second=msgid("恢复人"))
    _tell(work, expert, ExpertMove.RESUME, None, "")


def renew(work: UnitOfWork, expert: Expert, evidence: str) -> None:
    """Renew an expert's term, on the strength of a new letter and a declaration that holds.

    Raises:
        IllegalExpertMoveError: The expert is not in the pool.
        EvidenceMissingError: There is no letter.
        NotYetDeclaredError: The declaration of ties is missing or too old.
        RenewalEarlyError: The term ends much later.
    """
    expert = queries.locked(work, expert.id)
    _move(work, expert, ExpertMove.RENEW)
    rules = apply(work, SUBJECT)
    declared_on = None if expert.declared_at is None else beijing_day(expert.declared_at)
    if not declaration_holds(declared_on, limits_of(rules), work.today):
        raise NotYetDeclaredError
    days = rules.integer("pool.renew_within_days")
    until = expert.renew_by_on
    if until is not None and until > work.today + timedelta(days=days):
        raise RenewalEarlyError(until, days)
    expert.evidence = _evidence(evidence)
    if until is None or until < work.today:
        _begin_anew(work, expert)  # it was out of the draws
    expert.renew_by_on = _term(work, max(until or work.today, work.today))
    _tell(work, expert, ExpertMove.RENEW, None, expert.evidence)


def remove(work: UnitOfWork, expert: Expert, reason: ExpertReason, words: str) -> None:
    """Take an expert out of the pool for good, saying why.

    Raises:
        IllegalExpertMoveError: It was done before.
        NoExpertReasonError: There is no reason.
    """
    expert = queries.locked(work, expert.id)
    _move(work, expert, ExpertMove.REMOVE)
    _tell(work, expert, ExpertMove.REMOVE, reason, _reasoned(ExpertMove.REMOVE, reason, words))


def _differences(
    work: UnitOfWork, expert: Expert, values: Mapping[str, str], items: Iterable[str]
) -> list[tuple[str, str, str]]:
    """Return what a change replaces, for whoever confirms it: field, before, after."""
    pairs = [(name, getattr(expert, name), value) for name, value in values.items()]
    pairs.append(
        ("items", " ".join(queries.specialties_of(work, expert)), " ".join(sorted(set(items))))
    )
    return [pair for pair in pairs if pair[1] != pair[2]]


def _move(work: UnitOfWork, expert: Expert, move: ExpertMove) -> None:
    before = expert.state
    expert.state = advance(before, move)
    if expert.state is not before:
        expert.state_since = work.now
        _begin_anew(work, expert)


def _begin_anew(work: UnitOfWork, expert: Expert) -> None:
    """Count from now since when the expert has been in the draws without a break."""
    expert.active_since_at = work.now if expert.state is ExpertState.ACTIVE else None


def _tell(  # noqa: PLR0917 - what the row and the entry say, in the order of the row
    work: UnitOfWork,
    expert: Expert,
    move: ExpertMove,
    reason: ExpertReason | None,
    words: str,
    changed: Sequence[tuple[str, str, str]] = (),
) -> None:
    rules = apply(work, SUBJECT)
    work.session.add(
        ExpertDeed(
            expert_id=expert.id,
            move=move,
            state=expert.state,
            reason=reason,
            words=words,
            changed=json.dumps(changed, ensure_ascii=False),
            by_id=work.user_id,
            at=work.now,
        )
    )
    work.session.flush()
    work.record(
        ExpertMoved(
            expert=expert.code,
            move=move,
            state=expert.state,
            reason=reason,
            items=queries.specialties_of(work, expert),
            renew_by_on=expert.renew_by_on,
            regulation=rules.id,
        )
    )


def _require_other(work: UnitOfWork, expert: Expert) -> None:
    require_another(work, expert.entered_by_id, first=msgid("登记人"), second=msgid("复核人"))


def _term(work: UnitOfWork, start: date) -> date:
    return months_after(start, apply(work, SUBJECT).integer("pool.term_months"))


def checked(work: UnitOfWork, facts: ExpertFacts) -> dict[str, str]:
    """Return what is stored of an expert's facts.

    Raises:
        CreditCodeError, EvidenceMissingError, NoSpecialtyError, UnknownSpecialtyError: A fact
            is missing or wrong.
    """
    if not facts.items:
        raise NoSpecialtyError
    known = {item.code for item in all_items(work.today)}
    if unknown := sorted(set(facts.items) - known):
        raise UnknownSpecialtyError(unknown[0])
    return {
        "name": facts.name.strip(),
        "title": facts.title.strip(),
        "employer_name": facts.employer_name.strip(),
        "employer_code": credit_code(facts.employer_code, field="employer_code"),
        "evidence": _evidence(facts.evidence),
    }


def _evidence(text: str) -> str:
    words = text.strip()
    if len(words) < WORDS_SHORTEST:
        raise EvidenceMissingError(WORDS_SHORTEST)
    return words


def _reasoned(move: ExpertMove, reason: ExpertReason, text: str) -> str:
    words = text.strip()
    if reason not in REASONED[move] or len(words) < WORDS_SHORTEST:
        raise NoExpertReasonError(WORDS_SHORTEST)
    return words


def _set_items(work: UnitOfWork, expert: Expert, chosen: Iterable[str]) -> None:
    """Give an expert these items; an item that stays keeps the instant since when."""
    rows = work.session.scalars(
        select(ExpertSpecialty).where(ExpertSpecialty.expert_id == expert.id)
    )
    held = {row.item_code: row for row in rows}
    wanted = set(chosen)
    for code in held.keys() - wanted:
        work.session.delete(held[code])
    work.session.add_all(
        ExpertSpecialty(expert_id=expert.id, item_code=code, since_at=work.now)
        for code in sorted(wanted - held.keys())
    )


def _new_code(work: UnitOfWork) -> str:
    """Return a code that says nothing of the person but the year of entry."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
    return f"EX{work.today.year}{letters}"
