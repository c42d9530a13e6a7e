"""What the other side says to a dispute, before any expert is called."""

from market.db import UnitOfWork
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.reasons import long_enough
from market.rereview import blinding, queries
from market.rereview.actions.copying import call_when_all_spoke
from market.rereview.errors import CommentClosedError, CommentShortError, TellingCommentError
from market.rereview.model import Rereview


def comment(work: UnitOfWork, row: Rereview, words: str) -> None:
    """Say something to the other side's dispute, once; the experts are called then.

    Raises:
        CommentClosedError: It is not the actor's to say, it was said, or the time is over.
        CommentShortError, TellingCommentError: It says nothing, or tells whose work it is.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    row = queries.locked(work, row.id)
    require_authority(work, Deed.REPORT, queries.item_of(work, row))
    if not queries.may_comment(work, row):
        raise CommentClosedError
    least = queries.rules_of(row).integer("rereview.reason_shortest")
    said = long_enough(words, least, lambda: CommentShortError(least))
    if what := blinding.telling(said, blinding.names_of_rereview(work, row)):
        raise TellingCommentError("、".join(what))
    row.comment, row.commented_at, row.commented_by_id = said, work.now, work.user_id
    call_when_all_spoke(work, row)
