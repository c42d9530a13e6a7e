"""The terms of explanations: the firm's own, and those of the operator and the authority."""

from typing import Final

from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.explanations.model import Explanation
from market.explanations.rules import ExplanationState
from market.holidays.terms import About, Term, declare_term
from market.needs.model import Need

_S: Final = ExplanationState


def _about(work: UnitOfWork, row: Explanation) -> About:
    award = work.session.get_one(Award, row.award_id)
    return About(
        number=row.number,
        title=work.session.get_one(Need, row.need_id).title,
        path=f"/explanations/{award.number}",
        org_ids=(row.firm_org_id,),
    )


ANSWER: Final = declare_term(
    Term(
        kind="explanation-answer",
        name=msgid("低价说明的提交期限"),
        model=Explanation,
        at=Explanation.due_at,
        runs=Explanation.state == _S.ASKED,
        about=_about,
        # Silence takes the award from the firm.
        never_earlier=True,
    )
)
DUTY: Final = declare_term(
    Term(
        kind="explanation-duty",
        name=msgid("低价说明的审查期限"),
        model=Explanation,
        at=Explanation.due_at,
        runs=Explanation.state.in_((_S.ANSWERED, _S.CHECKED, _S.ESCALATED)),
        about=_about,
    )
)
