"""Rows against the notice that everyone read: the log holds the digest of its exact bytes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, select, type_coerce
from sqlalchemy.types import NullType

from market.accounts.model import Organisation
from market.db import Base
from market.draws.model import Award, Draw, DrawFile
from market.draws.model_prices import AwardPrice
from market.firms.model import Firm
from market.needs import contacts
from market.needs.methods import is_priced
from market.needs.model import Need, Notice
from market.needs.rules import NeedState
from market.quotes import sheets
from market.selfaudit.differences import Difference
from market.selfaudit.rows import Row, octets, plain, raw_select

Document = Mapping[str, Any]

# The member of the document, by its path, that each column of a published need repeats.
NEED: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("need",),
    "item_code": ("item", "code"),
    "title": ("title",),
    "content": ("content",),
    "scale": ("scale",),
    "project_code": ("project", "code"),
    "project_name": ("project", "name"),
    "funding_source": ("funding_source",),
    "ceiling_fen": ("ceiling_fen",),
    "service_working_days": ("service_working_days",),
    "staff_required": ("staff_required",),
    "contact_name": ("contact", "name"),
    "contact_phone": ("contact", "phone"),
    "mode": ("method", "mode"),
    "alternates": ("method", "alternates"),
    "method": ("method", "selection"),
    "fee_bases": ("fee_inputs", "bases"),
    "fee_standard": ("fee_inputs", "standard"),
    "tickets": ("method", "tickets"),
    "projects_required": ("projects_required",),
    "regulation_id": ("regulation", "id"),
}
# What notices from before it was asked do not say, and what those from then on name no more.
YOUNGER: Final = frozenset(
    {
        "contact_name",
        "contact_phone",
        "fee_bases",
        "fee_standard",
        "projects_required",
        "tickets",
    }
)
NOTICE: Final = ("enrol_close_at", "freeze_by_at", "reveal_by_at", "phi_at", "result_by_at")


def document_of(body: object) -> Document | None:
    """Return a notice's document; None if it cannot be read."""
    try:
        found = json.loads(octets(body))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def member(document: Document, *path: str) -> object:
    """Return a member of a document by its path; None if it is not there."""
    found: object = document
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def published_differences(connection: Connection) -> Iterator[Difference]:
    """Compare notices, the needs that are out, and the limits of awards with the documents."""
    documents: dict[int, Document] = {}
    latest: dict[int, Document] = {}
    notice = _table(Notice)
    for found in connection.execute(raw_select(notice).order_by(notice.c.id)).mappings():
        row = Row(notice, "", dict(found)).plain_values
        document, body = document_of(row["document"]), octets(row["document"])
        if document is None or hashlib.sha256(body).hexdigest() != row["digest"]:
            yield Difference("notice", str(row["id"]), "document", "与公告条目中的摘要不符")
            continue
        yield from _notice(row, document)
        documents[int(str(row["id"]))] = latest[int(str(row["need_id"]))] = document
    yield from _needs(connection, latest)
    yield from _awards(connection, documents)


def _notice(row: Mapping[str, object], document: Document) -> Iterator[Difference]:
    for name in NOTICE:
        at, said = row[name], str(member(document, "timetable", name))
        if not isinstance(at, datetime) or at != instant_of(said):
            yield Difference("notice", str(row["id"]), name, f"公告中是 {said}")


def instant_of(text: str) -> datetime | None:
    """Return an instant as a document writes it; None if it cannot be read."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _needs(connection: Connection, latest: Mapping[int, Document]) -> Iterator[Difference]:
    """A need is what its last notice says, unless its owner may rewrite it for another one."""
    need, holder = _table(Need), _table(Organisation)
    codes = connection.execute(select(holder.c.id, holder.c.code))
    owners = {row.id: row.code for row in codes}
    for found in connection.execute(raw_select(need)).mappings():
        row = Row(need, "", dict(found)).plain_values
        document = latest.get(int(str(row["id"])))
        if document is None or _is_rewritten(row, document):
            continue
        for name, path in NEED.items():
            if name in YOUNGER and member(document, *path) is None:
                continue
            if row[name] != member(document, *path):
                words = str(member(document, *path))[:80]
                yield Difference("need", str(row["id"]), name, f"公告中是 {words}")
        yield from _contact(row, document)
        is_fresh = member(document, "method", "alternates_kind") == "fresh"
        if row["fresh_alternates"] is not is_fresh:
            yield Difference("need", str(row["id"]), "fresh_alternates", f"公告中是 {is_fresh}")
        if owners.get(int(str(row["owner_org_id"]))) != member(document, "owner", "code"):
            words = str(member(document, "owner", "code"))
            yield Difference("need", str(row["id"]), "owner_org_id", f"公告中是 {words}")


def _contact(row: Mapping[str, object], document: Document) -> Iterator[Difference]:
    """Compare whom the page tells people to call with what the notice committed to."""
    for field in contacts.FIELDS:
        said = member(document, "contact_sealed", field)
        if said is None:  # A notice of the first form names the contact itself.
            continue
        salt = octets(row["contact_salt"] or b"")
        if contacts.sealed(salt, field, str(row[field])) != said:
            yield Difference("need", str(row["id"]), field, "与公告中的承诺值不符")


def _is_rewritten(row: Mapping[str, object], document: Document) -> bool:
    return row["state"] == NeedState.FAILED or row["attempt"] != document.get("attempt")


def _awards(connection: Connection, documents: Mapping[int, Document]) -> Iterator[Difference]:
    """A price is the limit that the draw's notice told everyone, or the firm's own quote."""
    award, draw, firm = _table(Award), _table(Draw), _table(Firm)
    price = type_coerce(award.c.price_fen, NullType())
    why = _table(AwardPrice)
    chosen = (
        select(
            award.c.id, price, award.c.draw_id, draw.c.notice_id, firm.c.code, why.c.disclosed_fen
        )
        .join(why, why.c.award_id == award.c.id, isouter=True)
        .join(draw, draw.c.id == award.c.draw_id)
        .join(firm, firm.c.id == award.c.firm_id, isouter=True)
        .order_by(award.c.id)
    )
    for award_id, price_fen, draw_id, notice_id, code, disclosed in connection.execute(
        chosen
    ).all():
        document = documents.get(notice_id)
        if document is None:
            continue
        fen, where = document.get("ceiling_fen"), "公告"
        if is_priced(str(member(document, "method", "selection"))):
            fen, where = _quotes(connection, draw_id).get(code), "公布的报价"
        # What the published fee gave is told in ``award.priced.v1``, and compared with it apart.
        if isinstance(fen, int) and isinstance(disclosed, int) and disclosed < fen:
            fen, where = disclosed, "公开的收费"
        if plain(price_fen, award.c.price_fen.type) != fen:
            yield Difference("award", str(award_id), "price_fen", f"{where}中是 {fen}")


def _quotes(connection: Connection, draw_id: int) -> dict[str, object]:
    """Return the published quotes of a draw by firm; the sheet's own digest is compared apart."""
    file = _table(DrawFile)
    body = connection.execute(
        select(type_coerce(file.c.body, NullType())).where(
            file.c.draw_id == draw_id, file.c.name == sheets.FILE
        )
    ).scalar()
    try:
        lines = json.loads(octets(body))["quotes"]
        return {line["firm"]: line["amount_fen"] for line in lines}
    except (ValueError, LookupError, TypeError):
        return {}


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
