"""The terms of firms' registrations: checks, publicity, verification, and times to speak."""

from dataclasses import replace
from typing import Final

from market.db import UnitOfWork
from market.errors import msgid
from market.firms.doubts import DoubtState
from market.firms.entry import ChangeState, FeedbackState, RemovalState, VerificationState
from market.firms.model import Firm
from market.firms.model_entry import FirmChange, FirmFeedback, FirmRemoval, FirmVerification
from market.firms.model_past_projects import PastProject, PastProjectDoubt
from market.firms.queries import locked
from market.firms.rules import LIVE, FirmState
from market.firms.schedule import reschedule
from market.holidays.terms import About, Days, Term, declare_term, remembered


def _about(work: UnitOfWork, firm: Firm) -> About:
    del work
    return About(
        number=firm.code, title=firm.name, path="/workbench", org_ids=(firm.organisation_id,)
    )


def _about_check(work: UnitOfWork, firm: Firm) -> About:
    # The clock of the check tells both sides (``timing``); an imported firm has none.
    found = _about(work, firm)
    return found if firm.imported else replace(found, org_ids=())


def _about_part(
    work: UnitOfWork, row: FirmVerification | FirmFeedback | FirmChange | FirmRemoval
) -> About:
    return _about(work, work.session.get_one(Firm, row.firm_id))


def _about_doubt(work: UnitOfWork, doubt: PastProjectDoubt) -> About:
    project = work.session.get_one(PastProject, doubt.project_id)
    firm = work.session.get_one(Firm, project.firm_id)
    return About(
        number=doubt.number, title=firm.name, path="/workbench", org_ids=(firm.organisation_id,)
    )


def _publicity_days(work: UnitOfWork, firm: Firm) -> Days | None:
    """A publicity that is over is over, whatever a later notice makes of its days."""
    is_over = firm.publicity_ends_at is None or firm.publicity_ends_at <= work.now
    return None if is_over and firm.state is not FirmState.PUBLICITY else remembered(work, firm)


def _lock_firm(work: UnitOfWork, removal_id: int) -> None:
    """Lock the firm of a notice of removal before it, as everything does that moves both."""
    locked(work, work.session.get_one(FirmRemoval, removal_id).firm_id)


def _reschedule_part(work: UnitOfWork, row: FirmRemoval) -> None:
    reschedule(work, work.session.get_one(Firm, row.firm_id))


CHECK: Final = declare_term(
    Term(
        kind="firm-check",
        name=msgid("入驻审核期限"),
        model=Firm,
        at=Firm.check_due_at,
        runs=Firm.state == FirmState.SUBMITTED,
        about=_about_check,
    )
)
PUBLICITY: Final = declare_term(
    Term(
        kind="firm-publicity",
        name=msgid("入驻公示期"),
        model=Firm,
        at=Firm.publicity_ends_at,
        # A firm that is listed on its promise has its publicity beside.
        runs=Firm.state.in_(LIVE),
        about=_about,
        days=_publicity_days,
        never_earlier=True,
        follow=reschedule,
    )
)
VERIFICATION: Final = declare_term(
    Term(
        kind="firm-verification",
        name=msgid("承诺的事后核查期限"),
        model=FirmVerification,
        at=FirmVerification.due_at,
        runs=FirmVerification.state == VerificationState.OPEN,
        about=_about_part,
    )
)
FEEDBACK: Final = declare_term(
    Term(
        kind="firm-feedback",
        name=msgid("公示意见的答复期限"),
        model=FirmFeedback,
        at=FirmFeedback.due_at,
        runs=FirmFeedback.state == FeedbackState.OPEN,
        about=_about_part,
    )
)
CHANGE: Final = declare_term(
    Term(
        kind="firm-change",
        name=msgid("资料变更的核对期限"),
        model=FirmChange,
        at=FirmChange.due_at,
        runs=FirmChange.state == ChangeState.PENDING,
        about=_about_part,
    )
)
REMOVAL: Final = declare_term(
    Term(
        kind="firm-removal",
        name=msgid("清退前的陈述期"),
        model=FirmRemoval,
        at=FirmRemoval.effective_at,
        runs=FirmRemoval.state == RemovalState.NOTIFIED,
        about=_about_part,
        never_earlier=True,
        follow=_reschedule_part,
        lock=_lock_firm,
    )
)
DOUBT: Final = declare_term(
    Term(
        kind="past-project-doubt",
        name=msgid("业绩存疑的陈述期限"),
        model=PastProjectDoubt,
        at=PastProjectDoubt.state_by_at,
        runs=PastProjectDoubt.state == DoubtState.HEARING,
        about=_about_doubt,
        never_earlier=True,
    )
)
