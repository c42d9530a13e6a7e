"""What all actions of direct choices share: the move, its history and its entry in the log."""

import hashlib
from functools import partial

from market import reasons
from market.db import UnitOfWork
from market.direct.errors import FirmUnknownError, ReasonShortError
from market.direct.journal import DirectMoved
from market.direct.limits import SUBJECT
from market.direct.model import DirectChoice, DirectEvent
from market.direct.rules import DirectMove, DirectState, advance
from market.errors import MissingError
from market.firms.model import Firm
from market.firms.queries import firm_by_code
from market.needs.queries import by_id as need_by_id
from market.regulations import Regulation
from market.rulebook import apply

LONGEST = 2000


def move(work: UnitOfWork, choice: DirectChoice, deed: DirectMove, reason: str = "") -> None:
    """Move a choice, keep the step with its reason, and say so in the log."""
    choice.state = advance(choice.state, deed)
    choice.state_since = work.now
    choice.due_at = None
    tell(work, choice, deed.value, reason)


def tell(work: UnitOfWork, choice: DirectChoice, what: str, reason: str = "") -> None:
    """Keep a step in the history of a choice, and tell the log."""
    keep(work, choice, what, reason)
    work.record(
        DirectMoved(
            direct=choice.number,
            need=need_by_id(work, choice.need_id).number,
            ground=choice.ground,
            move=what,
            state=choice.state,
        )
    )


def keep(work: UnitOfWork, choice: DirectChoice, what: str, reason: str = "") -> None:
    """Keep a step in the history of a choice."""
    work.session.add(
        DirectEvent(
            direct_id=choice.id,
            move=what,
            reason=reason.strip()[:LONGEST],
            by_id=work.actor.user_id,
            at=work.now,
        )
    )
    work.session.flush()


def rules_now(work: UnitOfWork) -> Regulation:
    """Return the rules of direct choices for a deed that is being done."""
    return apply(work, SUBJECT)


def due_in(work: UnitOfWork, choice: DirectChoice, rules: Regulation) -> None:
    """Set by when whose turn it is should act."""
    keys = {
        DirectState.PROPOSED: "flow.approve_working_days",
        DirectState.CHECK: "flow.check_working_days",
    }
    days = rules.integer(keys[choice.state])
    choice.due_at = choice.count_term(work.today, days)


def firm_named(work: UnitOfWork, code: str) -> Firm:
    """Return the firm with a code.

    Raises:
        FirmUnknownError: There is none.
    """
    try:
        return firm_by_code(work, code)
    except MissingError:
        raise FirmUnknownError(code) from None


def long_enough(rules: Regulation, text: str, field: str = "reason") -> str:
    """Return a public reason without blanks around it.

    Raises:
        ReasonShortError: It is too short to explain anything.
    """
    least = rules.integer("flow.reason_shortest")
    return reasons.long_enough(text, least, partial(ReasonShortError, least, field))


def digest(text: str) -> str:
    """Return the SHA-256 of a public text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
