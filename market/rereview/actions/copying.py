"""Whether the copy without names is what was handed in: said before anybody judges by it.

The other side has read the original. What it says is not public, and neither is what the operator
finds of it; to strangers and experts the re-review only begins later (docs/adr/0104).
"""

from market.db import UnitOfWork
from market.draws.rules import DrawState
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.panels import queries as panels
from market.reasons import long_enough
from market.rereview import queries
from market.rereview.actions import ending
from market.rereview.errors import CopyAnsweredError, CopyCheckedError, CopyWordsShortError
from market.rereview.model import Rereview, RereviewCopyCheck
from market.rereview.rules import RereviewState, calls_from


def agree(work: UnitOfWork, row: Rereview) -> None:
    """Let the other side say that the copy is what was handed in: nobody waits for it any more.

    Raises:
        CopyCheckedError: It is not the actor's to say, it was said, or the time is over.
    """
    row = _checkable(work, row)
    _keep(work, row, is_agreed=True, words="")


def doubt(work: UnitOfWork, row: Rereview, words: str) -> None:
    """Let the other side say that the copy is not what was handed in; the operator looks at both.

    Raises:
        CopyCheckedError: It is not the actor's to say, it was said, or the time is over.
        CopyWordsShortError: It does not say in what it differs.
    """
    row = _checkable(work, row)
    _keep(work, row, is_agreed=False, words=_words(row, words))


def answer(work: UnitOfWork, row: Rereview, *, is_same: bool, words: str) -> None:
    """Let the operator find whether the copy is what was handed in; if not, the dispute is over.

    Raises:
        CopyAnsweredError: Nobody doubts it, it was found, or the time is over.
        CopyWordsShortError: It does not say why.
    """
    row = queries.locked(work, row.id)
    check = queries.open_doubt(work, row)
    if check is None:
        raise CopyAnsweredError
    check.answer, check.is_same = _words(row, words), is_same
    check.answered_at, check.answered_by_id = work.now, work.user_id
    check.forget_term()
    if is_same:
        call_when_all_spoke(work, row)
    else:
        ending.refuse(work, row)


def _words(row: Rereview, words: str) -> str:
    least = queries.rules_of(row).integer("rereview.reason_shortest")
    return long_enough(words, least, lambda: CopyWordsShortError(least))


def _checkable(work: UnitOfWork, row: Rereview) -> Rereview:
    row = queries.locked(work, row.id)
    require_authority(work, Deed.REPORT, queries.item_of(work, row))
    if not queries.may_check_copy(work, row):
        raise CopyCheckedError
    return row


def _keep(work: UnitOfWork, row: Rereview, *, is_agreed: bool, words: str) -> None:
    check = RereviewCopyCheck(
        rereview_id=row.id,
        is_agreed=is_agreed,
        words=words,
        checked_at=work.now,
        checked_by_id=work.user_id,
        answer="",
    )
    if not is_agreed:
        days = queries.rules_of(row).integer("rereview.copy_working_days")
        check.due_at = check.count_any_term(work.today, days)
    work.session.add(check)
    work.session.flush()
    call_when_all_spoke(work, row)


def call_when_all_spoke(work: UnitOfWork, row: Rereview) -> None:
    """Let the experts be called once everybody spoke who may before, or its time is over."""
    panel = queries.panel_of(work, row)
    if panel is None or row.state is not RereviewState.DRAWING:
        return
    panel = panels.locked(work, panel.id)
    first = calls_from(panel.phi_at, *queries.waited_for(work, row))
    panel.call_from_at = max(first, work.now)
    if panel.state is DrawState.DRAWN:
        panel.next_check_at = panel.call_from_at
