"""The exact public bytes of a notice: what everyone reads is what the log holds the digest of."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from market import regulations
from market.accounts.queries import organisation
from market.affiliations.rules import TicketRule
from market.catalogue.queries import item as item_of
from market.catalogue.rules import describe
from market.clock import BEIJING, beijing_day
from market.db import UnitOfWork
from market.needs import contacts
from market.needs.bundling.queries import facts_of_parts
from market.needs.changes.queries import that_led_to
from market.needs.checks.queries import justifications_of
from market.needs.method_terms import limits_by, terms_by
from market.needs.methods import METHODS_SUBJECT, Method, Terms, body_of, terms_in
from market.needs.model import Need, Notice
from market.needs.price_cap import FEES_SUBJECT, is_capped, must_be_computable
from market.needs.queries import recusals_of
from market.needs.rules import Timetable
from market.regulations import Regulation

# v1 also named the contact person and a telephone number. What is read of it is the same.
FORMAT = "zjcs/notice-document/v2"
DRAW = "ismdraw/v1"


def facts_body(work: UnitOfWork, need: Need) -> dict[str, object]:
    """Return what a notice of the need would say, but for its number, timetable and rules.

    Owner and operator read the same text before publication as everyone does after it.

    Raises:
        UnknownItemError: The catalogue has no such item today.
    """
    owner = organisation(work, need.owner_org_id)
    item = item_of(need.item_code, work.today)
    return {
        "need": need.number,
        "attempt": need.attempt,
        "owner": {"code": owner.code, "name": owner.name},
        "item": {"code": item.code, "name": item.name_zh},
        "requirements": [describe(q) for q in item.qualifications],
        "requirements_match": item.match.value,
        "title": need.title,
        "content": need.content,
        "scale": need.scale,
        "project": {"code": need.project_code, "name": need.project_name},
        "funding_source": need.funding_source,
        "ceiling_fen": need.ceiling_fen,
        "fee_inputs": {"bases": need.fee_bases, "standard": need.fee_standard},
        "service_working_days": need.service_working_days,
        "staff_required": need.staff_required,
        "projects_required": need.projects_required,
        "staff_certificate": item.staff.certificate if item.staff else "",
        "recusals": [{"code": r.firm_code, "reason": r.reason} for r in recusals_of(work, need)],
        "justifications": [
            {"ground": j.ground, "finding": j.finding, "text": j.text}
            for j in justifications_of(work, need)
        ],
        "method": {
            "draw": DRAW,
            "mode": need.mode,
            "alternates": need.alternates,
            "alternates_kind": "fresh" if need.fresh_alternates else "ordered",
            "tickets": need.tickets,
            **body_of(terms_of(work, need)),
        },
        **contacts.body_of(need),
        **_parts(work, need),
    }


def _parts(work: UnitOfWork, need: Need) -> dict[str, object]:
    """Return the parts of a bundle; nothing for a need that is none."""
    rows = facts_of_parts(work, need)
    return {"parts": rows} if rows else {}


def terms_of(work: UnitOfWork, need: Need) -> Terms:
    """Return what a notice published today would fix of the need's method."""
    rules = regulations.in_force(METHODS_SUBJECT, work.today)
    terms = terms_by(
        rules,
        Method(need.method),
        ceiling_fen=need.ceiling_fen,
        floor_fen=need.floor_fen,
        unit=need.quote_unit,
        criteria=need.criteria,
    )
    fees = regulations.in_force(FEES_SUBJECT, work.today)
    return replace(terms, capped=is_capped(fees), computable=must_be_computable(fees))


def document_of(
    work: UnitOfWork, need: Need, number: str, times: Timetable, rules: Regulation
) -> tuple[bytes, str]:
    """Return the notice as canonical JSON, and the SHA-256 of those bytes in hex.

    The document can never be taken back, so it names no person: whom to call stands on the
    page, from the row; the document only commits to it.
    """
    body = facts_body(work, need) | {
        "format": FORMAT,
        "number": number,
        "timetable": {
            name: at.astimezone(BEIJING).isoformat()
            for name in Timetable.__slots__
            if (at := getattr(times, name)) is not None
        },
        "regulation": {"id": rules.id, "digest": rules.digest},
    }
    body |= replaced_by(work, need)
    data = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return data, hashlib.sha256(data).hexdigest()


def fixed_terms(notice: Notice) -> Terms:
    """Return what a published notice fixed of its method, from its exact bytes.

    Notices from before the limits on what is handed in were part of them stand under those that
    were in force on the day of the notice.

    Raises:
        ValueError: The bytes are not those whose digest the log holds.
    """
    body = _body(notice)
    terms = terms_in(body["method"], body["ceiling_fen"])
    then = regulations.in_force(METHODS_SUBJECT, beijing_day(notice.published_at))
    earlier = limits_by(then, terms.method)
    return replace(terms, **{n: v for n, v in earlier.items() if n not in body["method"]})


def fixed_tickets(notice: Notice) -> TicketRule:
    """Return what a published notice does with firms of one controller, from its exact bytes.

    Notices from before the owner could choose say nothing: they merge.

    Raises:
        ValueError: The bytes are not those whose digest the log holds.
    """
    return TicketRule(_body(notice)["method"].get("tickets", TicketRule.MERGE))


def fixed_opening(notice: Notice) -> datetime | None:
    """Return until when the quotes of a notice are opened; None where firms do not quote.

    Raises:
        ValueError: The bytes are not those whose digest the log holds.
    """
    return _fixed_at(notice, "opening_by_at")


def fixed_bidding(notice: Notice) -> datetime | None:
    """Return when live bidding ends at the latest; None where firms do not bid.

    Raises:
        ValueError: The bytes are not those whose digest the log holds.
    """
    return _fixed_at(notice, "bidding_by_at")


def fixed_scoring(notice: Notice) -> datetime | None:
    """Return until when a panel scores at the latest; None where nobody scores.

    Raises:
        ValueError: The bytes are not those whose digest the log holds.
    """
    return _fixed_at(notice, "scoring_by_at")


def _fixed_at(notice: Notice, name: str) -> datetime | None:
    said = _body(notice)["timetable"].get(name)
    return datetime.fromisoformat(said) if said else None


def _body(notice: Notice) -> dict[str, Any]:
    if hashlib.sha256(notice.document).hexdigest() != notice.digest:
        raise ValueError(f"notice {notice.number}: the document is not the one that was logged")
    body: dict[str, Any] = json.loads(notice.document)
    return body


def replaced_by(work: UnitOfWork, need: Need) -> dict[str, object]:
    """Return which notice the next one takes the place of, and what differs; else nothing."""
    found = that_led_to(work, need, need.attempt)
    if found is None:
        return {}
    change, old = found
    told = [contacts.without_people(one) for one in json.loads(change.differences)]
    said = {"notice": old.number, "digest": old.digest, "reason": change.reason}
    return {"replaces": said | {"differences": told}}
