"""A firm's objection, before the freeze, to the group or interest that keeps it out of a draw."""

from datetime import datetime

from market.accounts.queries import organisation
from market.affiliations import actions as affiliations
from market.affiliations import queries as groups
from market.affiliations.errors import NothingToObjectError, TooLateToObjectError
from market.affiliations.model import AffiliationObjection
from market.affiliations.rules import BY_WORD
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Draw
from market.draws.queries import affiliated
from market.draws.rules import EnrolmentState
from market.firms import queries as firms
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id


def object_before_freeze(work: UnitOfWork, draw: Draw, text: str) -> AffiliationObjection:
    """Take the objection of the actor's firm to a group, or to standing aside, in one draw.

    Raises:
        NothingToObjectError: No rule of affiliations concerns the firm here.
        TooLateToObjectError: An answer could no longer change anything.
        ObjectionPendingError, ReasonsTooShortError: It waits already, or says too little.
    """
    draw = queries.locked(work, draw.id)
    require_authority(work, Deed.ENROL, need_by_id(work, draw.need_id).item_code)
    firm = firms.own(work)
    until = answer_by_at(work, draw, firm)
    if draw.state not in affiliated.BEFORE_FREEZE or work.now >= until:
        raise TooLateToObjectError
    owner = organisation(work, need_by_id(work, draw.need_id).owner_org_id)
    found = affiliated.of_firm(work, firm, owner.code, draw)
    number = queries.number_of(work, draw)
    names = sorted(group.number for group in found.groups if group.number not in BY_WORD)
    is_declared = bool(found.groups) and (found.taken_in in BY_WORD or not names)
    if found.interests or is_declared:
        return affiliations.object_to(work, firm, text, notice_number=number, answer_by_at=until)
    if not names:
        raise NothingToObjectError
    return affiliations.object_to(
        work,
        firm,
        text,
        group=groups.group(work, found.taken_in or names[0]),
        notice_number=number,
        answer_by_at=until,
    )


def answer_by_at(work: UnitOfWork, draw: Draw, firm: Firm) -> datetime:
    """Return when an answer comes too late: at the close, or for those in at the freeze."""
    enrolment = queries.enrolment_of(work, draw, firm)
    enrolled = enrolment is not None and enrolment.state is EnrolmentState.ENROLLED
    return draw.freeze_by_at if enrolled else draw.enrol_close_at
