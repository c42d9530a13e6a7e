"""The terms of direct choices: whose turn it is, and the filing and review of an emergency."""

from typing import Final

from market.db import UnitOfWork
from market.direct.emergency_rules import EmergencyState
from market.direct.model import DirectChoice, Emergency
from market.direct.rules import DirectState
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.needs.model import Need

_S: Final = EmergencyState


def _about(work: UnitOfWork, choice: DirectChoice) -> About:
    return About(
        number=choice.number,
        title=work.session.get_one(Need, choice.need_id).title,
        path="/workbench",
        org_ids=(choice.owner_org_id,),
    )


def _about_emergency(work: UnitOfWork, case: Emergency) -> About:
    return _about(work, work.session.get_one(DirectChoice, case.direct_id))


TURN: Final = declare_term(
    Term(
        kind="direct-turn",
        name=msgid("直接选取的办理期限"),
        model=DirectChoice,
        at=DirectChoice.due_at,
        runs=DirectChoice.state.in_((DirectState.PROPOSED, DirectState.CHECK)),
        about=_about,
    )
)
FILE: Final = declare_term(
    Term(
        kind="emergency-file",
        name=msgid("应急委托的补办备案期限"),
        model=Emergency,
        at=Emergency.file_by_at,
        along=(Emergency.next_check_at,),
        runs=Emergency.state == _S.TO_FILE,
        about=_about_emergency,
        never_earlier=True,
    )
)
REVIEW: Final = declare_term(
    Term(
        kind="emergency-review",
        name=msgid("应急委托的审查期限"),
        model=Emergency,
        at=Emergency.review_by_at,
        along=(Emergency.next_check_at,),
        runs=Emergency.state != _S.TO_FILE,
        about=_about_emergency,
    )
)
