"""What a notice publishes of its draw's rules of eligibility, as bytes that anybody can hash."""

import json
from typing import Final

from market.catalogue.rules import Item, describe
from market.draws.eligibility import ASKS, Asked, rules_of
from market.draws.recent import body_of as recent_body

FORMAT: Final = "zjcs/eligibility/v1"


def document(item: Item, asked: Asked) -> bytes:
    """Return the published rules of one draw's eligibility, whose digest the notice carries.

    Args:
        item: The catalogue's item on the day of the notice.
        asked: What the need asks; nothing in it is about one firm.

    Returns:
        Canonical JSON in UTF-8.

    Source: handbook lottery.md section 3, ``notice``: eligibility-rule digest.
    """
    applies = asked.recent is not None and asked.recent.applies
    rules = rules_of(asked.method, recent=applies)
    body = {
        "affiliations": dict(asked.affiliations),
        "format": FORMAT,
        "item": {"code": item.code, "name": item.name_zh},
        "judged": ["enrolment", "freeze"],
        "owner": asked.owner_code,
        "qualifications": [describe(need) for need in item.qualifications],
        "qualifications_match": item.match.value,
        "incompatible_items": list(item.incompatible_with),
        "recusals": dict(asked.recusals),
        "rules": [{"rule": rule.value, "asks": ASKS[rule]} for rule in rules],
        "selection": list(asked.selection),
        "projects": asked.projects_required,
        "staff": max(item.staff.count if item.staff else 0, asked.staff_required),
        "staff_certificate": item.staff.certificate if item.staff else "",
    }
    if asked.recent is not None:
        body["recent"] = recent_body(asked.recent)
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
