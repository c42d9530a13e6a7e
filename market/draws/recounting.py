"""The terms of an award: its publicity, the answer of its firm, the time to sign."""

from typing import Final

from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries import firm_of
from market.draws.rules import AwardState
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.needs.model import Need


def _about(work: UnitOfWork, award: Award) -> About:
    need = work.session.get_one(Need, award.need_id)
    return About(
        number=award.number,
        title=need.title,
        path=f"/awards/{award.number}",
        org_ids=(firm_of(work, award.firm_id).organisation_id, need.owner_org_id),
        is_public=True,
    )


PUBLICITY: Final = declare_term(
    Term(
        kind="award-publicity",
        name=msgid("中选结果公示期"),
        model=Award,
        at=Award.publicity_ends_at,
        along=(Award.next_check_at,),
        runs=Award.state == AwardState.PUBLICITY,
        about=_about,
        # It was published until when anybody may object.
        never_earlier=True,
    )
)
ANSWER: Final = declare_term(
    Term(
        kind="award-answer",
        name=msgid("中选机构确认期限"),
        model=Award,
        at=Award.answer_by_at,
        along=(Award.next_check_at,),
        runs=Award.state == AwardState.OFFERED,
        about=_about,
        never_earlier=True,
    )
)
SIGN: Final = declare_term(
    Term(
        kind="award-sign",
        name=msgid("合同签订期限"),
        model=Award,
        at=Award.sign_by_at,
        runs=Award.state == AwardState.CONFIRMED,
        about=_about,
        # Who lets it pass loses the award, or answers for it.
        never_earlier=True,
    )
)
