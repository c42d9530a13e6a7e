"""The terms of cases and of applications for repair."""

from dataclasses import replace
from typing import Final

from market.clock import beijing_day
from market.credit.cases.basis import TERM
from market.credit.cases.model import Case
from market.credit.cases.record import rules_of
from market.credit.cases.rules import OPEN, CaseState
from market.credit.repair.model import CreditRepair
from market.credit.repair.rules import RepairState, next_look
from market.credit.reports.model import BreachReport
from market.credit.reports.rules import ReportState
from market.db import UnitOfWork
from market.errors import msgid
from market.firms.model import Firm
from market.holidays.terms import About, Days, Term, declare_term


def _about(work: UnitOfWork, case: Case) -> About:
    del work
    return About(
        number=case.number,
        title=msgid("失信认定案件"),
        path=f"/credit/cases/{case.number}",
        org_ids=(),  # The clocks tell both sides (``timing``).
    )


def _about_hearing(work: UnitOfWork, case: Case) -> About:
    firm = work.session.get_one(Firm, case.firm_id)
    return replace(_about(work, case), org_ids=(firm.organisation_id,))


def _about_repair(work: UnitOfWork, repair: CreditRepair) -> About:
    return _about(work, work.session.get_one(Case, repair.case_id))


def _about_report(work: UnitOfWork, report: BreachReport) -> About:
    firm = work.session.get_one(Firm, report.firm_id)
    return About(
        number=report.number,
        title=msgid("失信行为登记"),
        path=f"/credit/reports/{report.number}",
        org_ids=(firm.organisation_id,),
    )


def _hearing_days(work: UnitOfWork, case: Case) -> Days:
    rules = rules_of(case)
    return Days(
        from_on=beijing_day(case.notified_at or work.now),
        working_days=rules.integer("case.hearing_request_working_days"),
    )


def _repair_days(work: UnitOfWork, repair: CreditRepair) -> Days:
    rules = rules_of(work.session.get_one(Case, repair.case_id))
    return Days(
        from_on=beijing_day(repair.applied_at),
        working_days=rules.integer("repair.decide_working_days"),
    )


def _look_again(work: UnitOfWork, repair: CreditRepair) -> None:
    """Time looks at an application when it is late, or when the measure ends by itself."""
    case = work.session.get_one(Case, repair.case_id)
    if case.ends_at is not None:
        at = next_look(repair.decide_by_at, case.ends_at, repair.escalated_at)
        repair.next_check_at = at


def _basis_days(work: UnitOfWork, case: Case) -> Days:
    return Days(
        from_on=beijing_day(case.basis_seen_at or work.now),
        working_days=rules_of(case).integer(TERM),
    )


def _about_basis(work: UnitOfWork, case: Case) -> About:
    return replace(_about(work, case), org_ids=(case.proposed_by_org_id,))


BASIS: Final = declare_term(
    Term(
        kind="case-basis",
        name=msgid("决定依据失效后的复核期限"),
        model=Case,
        at=Case.basis_by_at,
        runs=Case.basis_by_at.is_not(None) & (Case.state == CaseState.DECIDED),
        about=_about_basis,
        days=_basis_days,
    )
)
REPLY: Final = declare_term(
    Term(
        kind="case-reply",
        name=msgid("陈述申辩期限"),
        model=Case,
        at=Case.reply_by_at,
        runs=Case.state.in_(OPEN),
        about=_about,
        never_earlier=True,
    )
)
REPORT: Final = declare_term(
    Term(
        kind="breach-report",
        name=msgid("失信行为登记的陈述期限"),
        model=BreachReport,
        at=BreachReport.state_by_at,
        runs=BreachReport.state == ReportState.HEARING,
        about=_about_report,
        never_earlier=True,
    )
)
HEARING: Final = declare_term(
    Term(
        kind="case-hearing",
        name=msgid("申请听证的期限"),
        model=Case,
        at=Case.hearing_by_at,
        runs=Case.state.in_(OPEN),
        about=_about_hearing,
        days=_hearing_days,
        never_earlier=True,
    )
)
REPAIR: Final = declare_term(
    Term(
        kind="repair",
        name=msgid("信用修复的决定期限"),
        model=CreditRepair,
        at=CreditRepair.decide_by_at,
        along=(CreditRepair.next_check_at,),
        runs=CreditRepair.state.in_((RepairState.APPLIED, RepairState.DRAFTED)),
        about=_about_repair,
        days=_repair_days,
        follow=_look_again,
    )
)
