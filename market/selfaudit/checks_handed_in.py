"""Which rows about live bids, documents and owners are compared with which entries."""

from sqlalchemy import case

from market.accounts.model import Organisation
from market.bidding.model import LiveBid
from market.documents.model import Document, OwnerRegistration
from market.documents.telling import SIDED, UNNAMED
from market.draws.model import Draw, Enrolment
from market.selfaudit.told import Told, table_of, told


def handed_in_checks() -> tuple[Told, ...]:
    """Return the comparisons of what was bid and handed in."""
    return (_bids(), *_documents())


def _bids() -> Told:
    bid, draw, enrolment = table_of(LiveBid), table_of(Draw), table_of(Enrolment)
    return told(
        "bid.placed.v1",
        bid,
        {"draw": draw.c.draw_hash, "number": bid.c.number},
        {"amount_fen": bid.c.amount_fen, "enrolment": enrolment.c.sequence},
        rows=bid.join(draw, draw.c.id == bid.c.draw_id).join(
            enrolment, enrolment.c.id == bid.c.enrolment_id
        ),
    )


def _documents() -> tuple[Told, ...]:
    document, owner = table_of(Document), table_of(OwnerRegistration)
    organisation = table_of(Organisation)
    key = {"document": document.c.id}
    sided = document.c.subject.in_(sorted(SIDED))
    whose = case((sided, UNNAMED), else_=organisation.c.code)
    rows = document.join(organisation, organisation.c.id == document.c.org_id)
    return (
        told(
            "document.handed-in.v1",
            document,
            key,
            {
                "document_kind": document.c.kind,
                "subject": document.c.subject,
                "seal": document.c.seal,
                "organisation": whose,
            },
            rows=rows,
        ),
        told(
            "document.moved.v1",
            document,
            key,
            {"state": document.c.state, "organisation": whose},
            rows=rows,
            untold="held",
        ),
        told(
            "owner.moved.v1",
            owner,
            {"owner": organisation.c.code},
            {"state": owner.c.state, "regulation": owner.c.regulation_id},
            rows=owner.join(organisation, organisation.c.id == owner.c.organisation_id),
            untold="draft",
        ),
    )
