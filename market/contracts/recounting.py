"""The terms of contracts: signing, materials, examination, findings and endings."""

from dataclasses import replace
from typing import Final

from sqlalchemy import exists

from market.contracts import timing
from market.contracts.ending import timing as ending_time
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.rules import EndingState
from market.contracts.examining.model import Examination
from market.contracts.examining.rules import OPEN as UNDER_EXAMINATION
from market.contracts.examining.rules import SENT_BACK, TOLERATED, ExamState
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import OPEN as UNSIGNED
from market.contracts.signing.rules import SigningState
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term, remembered
from market.needs.model import Need

_C: Final = ContractState
_AT_AUTHORITY: Final = (EndingState.TO_DECIDE, EndingState.PROPOSED)


def _about(work: UnitOfWork, contract: Contract) -> About:
    del work
    return About(
        number=contract.number,
        title=contract.title,
        path=f"/contracts/mine/{contract.id}",
        org_ids=(contract.owner_org_id, contract.firm_org_id),
        about=f"contract:{contract.id}",
        # What is filed and not confirmed is between the sides.
        is_public=contract.state not in {_C.FILED, _C.RETURNED},
    )


def _about_review(work: UnitOfWork, contract: Contract) -> About:
    # The clock of the review tells both sides (``timing``).
    return replace(_about(work, contract), org_ids=())


def _about_examination(work: UnitOfWork, exam: Examination) -> About:
    """The clock of an authority's review tells that authority and the firm; the owner is left."""
    contract = work.session.get_one(Contract, exam.contract_id)
    about = _about(work, contract)
    timed = exam.state is ExamState.UNDER_REVIEW and timing.reviewer_id(work, contract) is not None
    return replace(about, org_ids=(contract.owner_org_id,)) if timed else about


def _about_ending(work: UnitOfWork, row: ContractEnding) -> About:
    """The clock of an answer or a decision tells its sides; of a decision the other is left."""
    contract = work.session.get_one(Contract, row.contract_id)
    about = _about(work, contract)
    if not ending_time.is_timed(work, row):
        return about
    left = {contract.owner_org_id, contract.firm_org_id} - {row.by_org_id}
    return replace(about, org_ids=tuple(left) if row.state in _AT_AUTHORITY else ())


def _about_case(work: UnitOfWork, case: SigningCase) -> About:
    return About(
        number=case.number,
        title=work.session.get_one(Need, case.need_id).title,
        path="/workbench",
        org_ids=(case.owner_org_id, case.firm_org_id),
    )


def _filing_days(work: UnitOfWork, contract: Contract) -> Days | None:
    """Count what the side has left; it is never less than the time to sign."""
    found = remembered(work, contract)
    if found is None:
        return None
    award = work.session.get_one(Award, contract.award_id)
    return Days(from_on=found.from_on, working_days=found.working_days, least_at=award.sign_by_at)


def _lock_contract(work: UnitOfWork, exam_id: int) -> None:
    """Lock the contract of an examination before it, as everything does that moves both."""
    contract_id = work.session.get_one(Examination, exam_id).contract_id
    work.session.get_one(Contract, contract_id, with_for_update=True, populate_existing=True)


def _with_the_examination(work: UnitOfWork, exam: Examination) -> None:
    """The contract says by when whoever's turn it is must act."""
    contract = work.session.get_one(Contract, exam.contract_id)
    if contract.act_by_at is not None and contract.state is _C.DELIVERED:
        contract.act_by_at = exam.due_at
        work.session.flush()


FILING: Final = declare_term(
    Term(
        kind="contract-filing",
        name=msgid("合同提交与确认期限"),
        model=Contract,
        at=Contract.act_by_at,
        runs=Contract.state.in_((_C.FILED, _C.RETURNED)),
        about=_about,
        days=_filing_days,
        never_earlier=True,
    )
)
MATERIALS: Final = declare_term(
    Term(
        kind="contract-materials",
        name=msgid("资料移交期限"),
        model=Contract,
        at=Contract.act_by_at,
        along=(Contract.materials_by_at,),
        runs=Contract.state == _C.IN_FORCE,
        about=_about,
    )
)
REVIEW: Final = declare_term(
    Term(
        kind="contract-review",
        name=msgid("业主验收期限"),
        model=Contract,
        at=Contract.act_by_at,
        along=(Contract.next_check_at,),
        runs=(Contract.state == _C.DELIVERED)
        & exists().where(
            Examination.contract_id == Contract.id, Examination.state == ExamState.SUBMITTED
        ),
        about=_about_review,
        # Silence accepts the work: nobody has less time for it than was said.
        never_earlier=True,
    )
)
EXAMINATION: Final = declare_term(
    Term(
        kind="examination",
        name=msgid("成果补正与评审期限"),
        model=Examination,
        at=Examination.due_at,
        along=(Examination.next_check_at,),
        runs=Examination.state.in_(sorted(UNDER_EXAMINATION - TOLERATED - {ExamState.SUBMITTED})),
        about=_about_examination,
        follow=_with_the_examination,
        lock=_lock_contract,
    )
)
DISPUTE: Final = declare_term(
    Term(
        kind="dispute",
        name=msgid("申请复评的期限"),
        model=Examination,
        at=Examination.dispute_by_at,
        along=(Examination.next_check_at,),
        runs=Examination.state.in_(sorted(SENT_BACK)) & Examination.next_check_at.is_not(None),
        about=_about_examination,
        never_earlier=True,
        lock=_lock_contract,
    )
)
SIGNING_HEARING: Final = declare_term(
    Term(
        kind="signing-hearing",
        name=msgid("未签约原因的说明期限"),
        model=SigningCase,
        at=SigningCase.due_at,
        runs=SigningCase.state == SigningState.HEARING,
        about=_about_case,
        never_earlier=True,
    )
)
SIGNING_DUTY: Final = declare_term(
    Term(
        kind="signing-duty",
        name=msgid("未签约认定的办理期限"),
        model=SigningCase,
        at=SigningCase.due_at,
        runs=SigningCase.state.in_([s for s in UNSIGNED if s is not SigningState.HEARING]),
        about=_about_case,
    )
)
ENDING_ANSWER: Final = declare_term(
    Term(
        kind="ending-answer",
        name=msgid("解除合同申请的答复期限"),
        model=ContractEnding,
        at=ContractEnding.due_at,
        runs=ContractEnding.state.in_((EndingState.ASKED, EndingState.HEARING)),
        about=_about_ending,
        never_earlier=True,
    )
)
ENDING_DUTY: Final = declare_term(
    Term(
        kind="ending-duty",
        name=msgid("解除合同申请的决定期限"),
        model=ContractEnding,
        at=ContractEnding.due_at,
        runs=ContractEnding.state.in_(_AT_AUTHORITY),
        about=_about_ending,
    )
)
