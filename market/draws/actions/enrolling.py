"""Enrolling in a draw, and taking an enrolment back."""

import secrets

from lottery.entries import Enrol
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions.record import open_draw, write
from market.draws.eligibility import in_words
from market.draws.errors import (
    AlreadyEnrolledError,
    NotEligibleError,
    NotEnrolledError,
    WithdrawnForGoodError,
)
from market.draws.model import Draw, Enrolment
from market.draws.rules import EnrolmentState
from market.firms import queries as firms
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs.queries import by_id as need_by_id

SALT_BYTES = 32


def enrol(work: UnitOfWork, draw: Draw) -> Enrolment:
    """Enrol the actor's firm. Who enrolled stays hidden until the freeze.

    The draw is locked first: an enrolment is either counted by CLOSE or refused, never lost.

    Raises:
        EnrolmentClosedError: The closing second has come.
        AlreadyEnrolledError, WithdrawnForGoodError: A firm enrols once.
        NotEligibleError: It names every rule that is not met.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    draw = open_draw(work, draw)
    require_authority(work, Deed.ENROL, need_by_id(work, draw.need_id).item_code)
    firm = firms.locked(work, firms.own(work).id)
    earlier = queries.enrolment_of(work, draw, firm)
    if earlier is not None:
        taken_back = earlier.state is EnrolmentState.WITHDRAWN
        raise WithdrawnForGoodError if taken_back else AlreadyEnrolledError
    if found := queries.failures_of(work, need_by_id(work, draw.need_id), firm, draw):
        raise NotEligibleError(in_words(found))
    sequence = queries.count_of(work, draw, Enrol)
    salt = secrets.token_bytes(SALT_BYTES)
    entry = protocol.enrol(draw, sequence=sequence, salt=salt, firm_code=firm.code, at=work.now)
    enrolment = Enrolment(
        draw_id=draw.id,
        firm_id=firm.id,
        firm_code=firm.code,
        sequence=sequence,
        salt=salt,
        submission_id=write(work, draw, entry),
        state=EnrolmentState.ENROLLED,
        enrolled_at=work.now,
        enrolled_by_id=work.user_id,
    )
    work.session.add(enrolment)
    work.session.flush()
    return enrolment


def withdraw(work: UnitOfWork, draw: Draw) -> None:
    """Take back the actor's enrolment before the close.

    Raises:
        EnrolmentClosedError: The closing second has come; the firm is in the draw.
        NotEnrolledError: There is nothing to take back.
        NotYetLoggedError: The enrolment has no index yet; try again in a second.
    """
    draw = open_draw(work, draw)
    require_authority(work, Deed.ENROL, need_by_id(work, draw.need_id).item_code)
    enrolment = queries.enrolment_of(work, draw, firms.own(work))
    if enrolment is None or enrolment.state is not EnrolmentState.ENROLLED:
        raise NotEnrolledError
    index = queries.index_of(work, enrolment.submission_id)
    enrolment.state = EnrolmentState.WITHDRAWN
    # Not the account: whose it is can be read in the log, and with it who had enrolled.
    write(work, draw, protocol.withdraw(draw, enrol_index=index, officer="firm", at=work.now))
