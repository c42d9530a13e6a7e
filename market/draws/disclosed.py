"""What a firm's published fee gives for a draw's need: which version counts, and its price.

A version that counts was public before it could be aimed at this need. Everything here follows
from records: the notice's exact bytes, the versions of a fee, and the instant of the enrolment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from market.clock import beijing_day
from market.db import UnitOfWork
from market.firms.fee_history import in_force
from market.firms.model import Firm, FirmFee
from market.firms.queries import fee_history
from market.needs.documents import fixed_terms
from market.needs.model import Notice
from market.tariffs.comparing import Hindrance, Price
from market.tariffs.disclosed import Project, price_of, project_of
from market.tariffs.inputs import Base, read_bases


class Since(StrEnum):
    """At which instant the version that counts was in force."""

    NOTICE = "notice"
    ENROLMENT = "enrolment"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """The version that counts for one firm and draw, and what it gives or why nothing."""

    fee: FirmFee | None
    since: Since
    found: Price | Hindrance

    @property
    def price(self) -> Price | None:
        """What the firm may charge at most by its own publication, if that can be computed."""
        return None if isinstance(self.found, Hindrance) else self.found

    @property
    def hindrance(self) -> Hindrance | None:
        """Why it cannot be computed."""
        return self.found if isinstance(self.found, Hindrance) else None

    @property
    def limit_fen(self) -> int | None:
        """The price in fen; None where nothing can be computed."""
        return self.price.fee_fen if self.price else None


def disclosed_at(
    work: UnitOfWork, notice: Notice, firm: Firm, item_code: str, enrolled_at: datetime
) -> Disclosed:
    """Return what counts for a firm that enrolled at an instant, or would do so.

    Where the notice keeps out firms whose fee cannot be computed, a version that can be computed
    at the enrolment takes the place of one that could not at the notice.

    Raises:
        ValueError: The notice's bytes are not those whose digest the log holds.
    """
    versions = fee_history(work, firm.id, item_code)
    mends = fixed_terms(notice).computable
    project, day = project_in(notice), beijing_day(notice.published_at)
    last = Disclosed(fee=None, since=Since.NONE, found=Hindrance.NO_FEE)
    for since, at in ((Since.NOTICE, notice.published_at), (Since.ENROLMENT, enrolled_at)):
        fee = in_force(versions, beijing_day(at), known_by=at)
        if fee is None:
            continue
        last = Disclosed(fee=fee, since=since, found=worth(fee, project, day))
        if last.price is not None or not mends:
            return last
    return last


def worth(fee: FirmFee | None, project: Project, day: date) -> Price | Hindrance:
    """Return what a fee gives for a project; less than a yuan is nothing, and binds nobody."""
    found = price_of(fee, project, day)
    is_nothing = not isinstance(found, Hindrance) and found.fee_fen <= 0
    return Hindrance.NOTHING if is_nothing else found


def project_in(notice: Notice) -> Project:
    """Return what a notice says of its project, as far as a fee can be computed from it."""
    said = _inputs(notice)
    day = beijing_day(notice.published_at)
    return project_of(said.get("bases", ""), said.get("standard", ""), day)


def bases_in(notice: Notice) -> tuple[Base, ...]:
    """Return the bases that a notice states in so many words."""
    return read_bases(_inputs(notice).get("bases", ""))


def _inputs(notice: Notice) -> Mapping[str, str]:
    body: Mapping[str, Any] = json.loads(notice.document)
    said: Mapping[str, str] = body.get("fee_inputs", {})
    return said
