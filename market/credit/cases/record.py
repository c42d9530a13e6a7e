"""How every move of a case is told: to the log always, to the firm once it may know."""

from typing import Any

from market import regulations
from market.credit.cases.journal import CaseMoved
from market.credit.cases.model import Case
from market.credit.cases.rules import CaseState
from market.db import UnitOfWork
from market.firms.model import Firm
from market.messages.actions import tell
from market.messages.kinds import Kind
from market.regulations import Regulation
from market.salts import salted

NAMED = frozenset({CaseState.DECIDED, CaseState.REPAIRED, CaseState.WITHDRAWN})


def say(work: UnitOfWork, case: Case, text: str) -> None:
    """Write in the log where a case stands, with the digest of the letter that moved it."""
    firm, is_named = firm_of(work, case), case.state in NAMED
    is_secret = not is_named and work.actor.org_id == firm.organisation_id
    teller = work.unnamed() if is_secret else work
    teller.record(
        CaseMoved(
            case=case.number,
            firm=firm.code if is_named else None,
            state=case.state,
            measure=case.measure,
            months=case.months,
            scope=case.scope,
            text_digest=salted(work, case.number, text),
            effective_at=case.effective_at,
            ends_at=case.ends_at,
        )
    )


def firm_of(work: UnitOfWork, case: Case) -> Firm:
    """Return the firm that a case is about."""
    return work.session.get_one(Firm, case.firm_id)


def tell_firm(work: UnitOfWork, case: Case, kind: Kind, once: str, **values: Any) -> None:  # noqa: ANN401 - as ``tell`` takes them
    """Tell the firm's people of a step in its case."""
    tell(
        work,
        kind,
        org_id=firm_of(work, case).organisation_id,
        user_id=None,
        path=f"/credit/cases/{case.number}",
        once=f"{case.number}:{once}",
        number=case.number,
        **values,
    )


def rules_of(case: Case) -> Regulation:
    """Return the rules under which a case began: a new rule never reaches back."""
    return regulations.current().by_id(case.regulation_id)
