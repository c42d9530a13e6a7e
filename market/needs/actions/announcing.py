"""The notice: everything it fixes is fixed here."""

from market import rulebook
from market.db import UnitOfWork
from market.needs import contacts
from market.needs.actions.checking import check
from market.needs.actions.moving import step
from market.needs.actions.writing import facts_of
from market.needs.checks.actions import Stage, pass_checks
from market.needs.documents import document_of
from market.needs.journal import NoticePublished
from market.needs.limits import SUBJECT, agreed_timetable
from market.needs.methods import METHODS_SUBJECT
from market.needs.model import Need, Notice
from market.needs.price_cap import FEES_SUBJECT
from market.needs.rules import Move, Timetable, advance
from market.numbers import next_number
from market.regulations import Regulation


def publish(
    work: UnitOfWork, need: Need, times: Timetable | None = None
) -> tuple[Notice, Timetable]:
    """Publish the notice of a checked need, its whole timetable fixed. Called by ``draws``.

    ``times`` replaces the timetable of the rules, for a session at another hour.

    Raises:
        UnknownYearError: The calendar does not reach the end of the timetable.
        IllegalMoveError: The need is not waiting for the operator.
        FindingsError: The checks at posting, done again now, found something in its way.
    """
    rules = rulebook.apply(work, SUBJECT)
    rulebook.apply(work, "procurement-threshold")
    rulebook.apply(work, METHODS_SUBJECT)
    rulebook.apply(work, FEES_SUBJECT)
    advance(need.state, Move.PUBLISH)
    check(work, facts_of(work, need))
    pass_checks(work, need, Stage.PUBLISH)
    times = agreed_timetable(work.now, need.ceiling_fen, times, need.mode, need.method)
    need.regulation_id = rules.id
    need.checked_by_id = work.user_id
    contacts.salted(need)
    notice = _notice(work, need, times, rules)
    work.session.add(notice)
    step(work, need, Move.PUBLISH)
    work.record(
        NoticePublished(
            notice=notice.number,
            need=need.number,
            attempt=need.attempt,
            document_digest=notice.digest,
            regulation=rules.id,
            regulation_digest=rules.digest,
        )
    )
    return notice, times


def _notice(work: UnitOfWork, need: Need, times: Timetable, rules: Regulation) -> Notice:
    number = next_number(work, "GG")
    document, digest = document_of(work, need, number, times, rules)
    return Notice(
        need_id=need.id,
        attempt=need.attempt,
        number=number,
        document=document,
        digest=digest,
        published_at=work.now,
        enrol_close_at=times.enrol_close_at,
        freeze_by_at=times.freeze_by_at,
        reveal_by_at=times.reveal_by_at,
        phi_at=times.phi_at,
        result_by_at=times.result_by_at,
    )
