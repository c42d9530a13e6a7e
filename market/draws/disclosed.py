"""What a firm's published fee gives for a draw's need: which version counts, and its price.

A version that counts was public before it could be aimed at this need. Everything here follows
from records: the notice's exact bytes, the versions of a fee, and the instant of the enrolment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Draw
from market.firms.fee_history import in_force
from market.firms.model import Firm, FirmFee
from market.firms.queries import fee_history
from market.needs.model import Need, Notice
from market.tariffs.comparing import Hindrance, Price
from market.tariffs.disclosed import Project, price_of, project_of


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


def disclosed(work: UnitOfWork, draw: Draw, notice: Notice, firm: Firm) -> Disclosed:
    """Return what a firm's published fee gives for the need of a draw.

    ``notice`` is the draw's own, with the bytes that the log holds the digest of.
    """
    item_code = work.session.get_one(Need, draw.need_id).item_code
    enrolment = queries.enrolment_of(work, draw, firm)
    at = enrolment.enrolled_at if enrolment else work.now
    return disclosed_at(work, notice, firm, item_code, at)


def disclosed_at(
    work: UnitOfWork, notice: Notice, firm: Firm, item_code: str, enrolled_at: datetime
) -> Disclosed:
    """Return what counts for a firm that enrolled at an instant, or would do so."""
    versions = fee_history(work, firm.id, item_code)
    for since, at in ((Since.NOTICE, notice.published_at), (Since.ENROLMENT, enrolled_at)):
        fee = in_force(versions, beijing_day(at), known_by=at)
        if fee is not None:
            day = beijing_day(notice.published_at)
            found = price_of(fee, project_in(notice), day)
            # Nobody can be selected at nothing: a fee that comes to less than a yuan binds nobody.
            nothing = not isinstance(found, Hindrance) and not found.fee_fen
            return Disclosed(fee=fee, since=since, found=Hindrance.NOTHING if nothing else found)
    return Disclosed(fee=None, since=Since.NONE, found=Hindrance.NO_FEE)


def project_in(notice: Notice) -> Project:
    """Return what a notice says of its project, as far as a fee can be computed from it."""
    body: Mapping[str, Any] = json.loads(notice.document)
    said = body.get("fee_inputs", {})
    day = beijing_day(notice.published_at)
    return project_of(said.get("bases", ""), said.get("standard", ""), day)
