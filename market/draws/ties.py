"""What of the draws binds a firm: where it is enrolled, and what it was awarded."""

from datetime import datetime

from sqlalchemy import func, select

from market.db import UnitOfWork
from market.draws.model import Award, Draw, Enrolment
from market.draws.queries import LIVE_DRAWS
from market.draws.rules import AwardState, EnrolmentState
from market.errors import msgid
from market.firms.model import Firm
from market.firms.ties import Tie
from market.needs.model import Notice

OPEN_AWARDS = (
    AwardState.PUBLICITY,
    AwardState.OFFERED,
    AwardState.CONFIRMED,
    AwardState.FROZEN,
    AwardState.UNSIGNED,
)


def last_active(work: UnitOfWork, firm: Firm) -> datetime | None:
    """Return when a firm last enrolled, or was last selected."""
    moments = (
        work.session.scalar(
            select(func.max(Enrolment.enrolled_at)).where(Enrolment.firm_id == firm.id)
        ),
        work.session.scalar(select(func.max(Award.published_at)).where(Award.firm_id == firm.id)),
    )
    return max((at for at in moments if at is not None), default=None)


def of_firm(work: UnitOfWork, firm: Firm) -> list[Tie]:
    """Return the live enrolments of a firm and its awards that are not settled."""
    notices = work.session.scalars(
        select(Notice.number)
        .join(Draw, Draw.notice_id == Notice.id)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .where(
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state.in_(LIVE_DRAWS),
        )
        .order_by(Draw.id)
    )
    awards = work.session.scalars(
        select(Award.number)
        .where(Award.firm_id == firm.id, Award.state.in_(OPEN_AWARDS))
        .order_by(Award.id)
    )
    enrolled = msgid("已报名公告 %(number)s，尚未出结果（须先办结）")
    awarded = msgid("中选 %(number)s 尚未办结（须先办结）")
    return [
        *(Tie(sentence=enrolled, facts={"number": number}, holds=True) for number in notices),
        *(Tie(sentence=awarded, facts={"number": number}, holds=True) for number in awards),
    ]
