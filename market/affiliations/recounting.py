"""The terms of affiliations: to speak in a case, to confirm a tie, to answer an objection."""

from typing import Final

from sqlalchemy import select

from market.affiliations.links.model import DeclaredLink
from market.affiliations.links.rules import LinkState
from market.affiliations.model import AffiliationObjection, GroupFirm, Grouping
from market.affiliations.rules import UNANSWERED, GroupState
from market.db import UnitOfWork
from market.errors import msgid
from market.firms.model import Firm
from market.holidays.terms import About, Term, declare_term


def _about_case(work: UnitOfWork, group: Grouping) -> About:
    firms = select(Firm.organisation_id).join(GroupFirm, GroupFirm.firm_id == Firm.id)
    return About(
        number=group.number,
        title=msgid("关联关系认定"),
        path=f"/affiliations/cases/{group.number}",
        org_ids=tuple(work.session.scalars(firms.where(GroupFirm.group_id == group.id))),
    )


def _about_objection(work: UnitOfWork, one: AffiliationObjection) -> About:
    return About(
        number=one.number,
        title=msgid("关联关系异议"),
        path="/affiliations/own",
        org_ids=(work.session.get_one(Firm, one.firm_id).organisation_id,),
    )


def _about_link(work: UnitOfWork, link: DeclaredLink) -> About:
    return About(
        number=link.number,
        title=msgid("关联关系申报的核对"),
        path=f"/affiliations/own/links/{link.number}",
        org_ids=(work.session.get_one(Firm, link.other_id).organisation_id,),
    )


STATE: Final = declare_term(
    Term(
        kind="affiliation-state",
        name=msgid("关联关系认定的陈述期限"),
        model=Grouping,
        at=Grouping.state_by_at,
        runs=Grouping.state == GroupState.HEARING,
        about=_about_case,
        never_earlier=True,
    )
)
ANSWER: Final = declare_term(
    Term(
        kind="affiliation-answer",
        name=msgid("关联关系异议的答复期限"),
        model=AffiliationObjection,
        at=AffiliationObjection.answer_by_at,
        runs=AffiliationObjection.state.in_(UNANSWERED),
        about=_about_objection,
    )
)
LINK: Final = declare_term(
    Term(
        kind="affiliation-link",
        name=msgid("确认或者否认关联关系申报的期限"),
        model=DeclaredLink,
        at=DeclaredLink.answer_by_at,
        runs=DeclaredLink.state == LinkState.ASKED,
        about=_about_link,
        never_earlier=True,
    )
)
