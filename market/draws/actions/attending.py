"""Naming where a draw can be attended, and keeping the minutes of who witnessed it."""

import hashlib

from market.db import UnitOfWork
from market.draws import queries
from market.draws.errors_values import TooEarlyForMinutesError, TooLateForVenueError
from market.draws.journal import MinutesKept, VenueNamed
from market.draws.model import Draw
from market.draws.model_venue import DrawMinutes, DrawVenue
from market.draws.venue import checked_address, may_keep, may_name, witnesses_in


def name_venue(work: UnitOfWork, draw: Draw, place: str, video: str) -> DrawVenue:
    """Tell the public where to attend a draw; it begins when the last value can be known.

    Raises:
        TooLateForVenueError: The value is known, or the draw is over.
        NotAnAddressError: The address of the video is none.
    """
    draw = queries.locked(work, draw.id)
    if not may_name(draw.state, is_before_value=work.now < draw.phi_at):
        raise TooLateForVenueError
    row = DrawVenue(
        draw_id=draw.id,
        place=place,
        video=checked_address(video),
        named_by_id=work.user_id,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    told = f"{row.place}\n{row.video}\n"
    work.record(VenueNamed(draw=draw.draw_hash, document_digest=_digest(told)))
    return row


def keep_minutes(
    work: UnitOfWork, draw: Draw, witnesses: str, names: str, recording: str
) -> DrawMinutes:
    """Keep who witnessed a draw. The public reads roles and organisations, never names.

    Raises:
        TooEarlyForMinutesError: There is no result yet.
        NotAWitnessError: A line does not name a role and an organisation.
    """
    draw = queries.locked(work, draw.id)
    if not may_keep(draw.state):
        raise TooEarlyForMinutesError
    row = DrawMinutes(
        draw_id=draw.id,
        witnesses="\n".join(map(str, witnesses_in(witnesses))),
        names=names,
        recording=recording.lower(),
        kept_by_id=work.user_id,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        MinutesKept(
            draw=draw.draw_hash,
            document_digest=_digest(f"{row.witnesses}\n"),
            recording_digest=row.recording,
        )
    )
    return row


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
