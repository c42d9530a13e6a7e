"""The exact public bytes of a notice: what everyone reads is what the log holds the digest of."""

import hashlib
import json

from market.accounts.queries import organisation
from market.catalogue.queries import item as item_of
from market.catalogue.rules import describe
from market.clock import BEIJING
from market.db import UnitOfWork
from market.needs.model import Need
from market.needs.queries import recusals_of
from market.needs.rules import Timetable
from market.regulations import Regulation

FORMAT = "zjcs/notice-document/v1"
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
        "service_working_days": need.service_working_days,
        "staff_required": need.staff_required,
        "staff_certificate": item.staff.certificate if item.staff else "",
        "contact": {"name": need.contact_name, "phone": need.contact_phone},
        "recusals": [{"code": r.firm_code, "reason": r.reason} for r in recusals_of(work, need)],
        "method": {
            "draw": DRAW,
            "mode": need.mode,
            "alternates": need.alternates,
            "alternates_kind": "fresh" if need.fresh_alternates else "ordered",
        },
    }


def document_of(
    work: UnitOfWork, need: Need, number: str, times: Timetable, rules: Regulation
) -> tuple[bytes, str]:
    """Return the notice as canonical JSON, and the SHA-256 of those bytes in hex.

    Contacts and recusals are part of the public notice; nothing else about people is.
    """
    body = facts_body(work, need) | {
        "format": FORMAT,
        "number": number,
        "timetable": {
            name: getattr(times, name).astimezone(BEIJING).isoformat()
            for name in Timetable.__slots__
        },
        "regulation": {"id": rules.id, "digest": rules.digest},
    }
    data = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return data, hashlib.sha256(data).hexdigest()
