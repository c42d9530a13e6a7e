"""What an address can be about: for each set of places in an address, the rows to fill it with.

A row may also say whose it is: ``party`` columns hold the organisations that may know of it.
Rows without a party are public, or everybody's with the permission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from tests.market.security.routes import Route

_DRAW: Final = "FROM draw JOIN notice ON notice.id = draw.notice_id"
_CONTRACT: Final = "owner_org_id AS party_1, firm_org_id AS party_2 FROM contract ORDER BY id"
_CLOCK: Final = "holder_org_id AS party_1, other_org_id AS party_2"

# Keyed by blueprint and places.
THINGS: Final[Mapping[tuple[str, tuple[str, ...]], str]] = {
    ("accounts", ("kind",)): "SELECT DISTINCT kind FROM organisation ORDER BY kind",
    ("accounts", ("organisation_id",)): (
        "SELECT id AS organisation_id, id AS party_1 FROM organisation"
    ),
    ("accounts", ("organisation_id", "user_id")): (
        "SELECT organisation_id, id AS user_id, organisation_id AS party_1 FROM user_account"
        " ORDER BY id DESC"
    ),
    ("accounts", ("handover_id",)): (
        "SELECT id AS handover_id FROM password_handover ORDER BY state = 'asked' DESC, id"
    ),
    ("accounts", ("agreement_id",)): (
        "SELECT h.id AS agreement_id, u.organisation_id AS party_1 FROM password_handover h"
        " JOIN user_account u ON u.id = h.user_id WHERE h.state = 'awaited' ORDER BY h.id"
    ),
    ("affiliations", ("number",)): (
        "SELECT g.number, MIN(f.organisation_id) AS party_1, MAX(f.organisation_id) AS party_2"
        " FROM affiliation_group g JOIN affiliation_group_firm m ON m.group_id = g.id"
        " JOIN firm f ON f.id = m.firm_id GROUP BY g.id, g.number ORDER BY g.id"
    ),
    ("affiliations", ("sanction",)): "SELECT case_number AS sanction FROM firm_restriction",
    ("affiliations", ("link",)): (
        "SELECT l.number AS link, f.organisation_id AS party_1 FROM affiliation_link l"
        " JOIN firm f ON f.id = l.other_id ORDER BY l.id"
    ),
    ("affiliations", ("objection",)): "SELECT number AS objection FROM affiliation_objection",
    ("bulletin", ("month",)): "SELECT '2026-03' AS month",
    ("catalogue", ("code",)): "SELECT DISTINCT item_code AS code FROM firm_service",
    ("clocks", ("clock_id",)): f"SELECT id AS clock_id, {_CLOCK} FROM clock WHERE kind = 'service'",
    ("clocks", ("clock_id", "suspension_id")): (
        f"SELECT clock_id, suspension.id AS suspension_id, {_CLOCK} FROM suspension"
        " JOIN clock ON clock.id = clock_id ORDER BY suspension.id DESC"
    ),
    ("clocks", ("clock_id", "extension_id")): (
        f"SELECT clock_id, e.id AS extension_id, {_CLOCK} FROM clock_extension e"
        " JOIN clock ON clock.id = clock_id ORDER BY e.id DESC"
    ),
    ("clocks", ("clock_id", "over_id")): (
        f"SELECT clock_id, o.id AS over_id, {_CLOCK} FROM suspension_over o"
        " JOIN suspension ON suspension.id = suspension_id"
        " JOIN clock ON clock.id = clock_id ORDER BY o.id DESC"
    ),
    ("contract_texts", ("text_id",)): (
        "SELECT id AS text_id FROM model_text ORDER BY state = 'proposed' DESC, id"
    ),
    ("report_templates", ("template_id",)): (
        "SELECT id AS template_id FROM report_template ORDER BY state = 'proposed' DESC, id"
    ),
    ("contracts", ("award_id",)): (
        "SELECT award.id AS award_id, need.owner_org_id AS party_1, firm.organisation_id AS party_2"
        " FROM award JOIN need ON need.id = need_id JOIN firm ON firm.id = firm_id"
        " ORDER BY award.state = 'confirmed' DESC"
    ),
    ("contracts", ("contract_id",)): f"SELECT id AS contract_id, {_CONTRACT}",
    ("contracts", ("contract_id", "file_id")): f"SELECT id AS contract_id, file_id, {_CONTRACT}",
    ("contracts", ("contract_id", "milestone_id")): (
        "SELECT contract_id, m.id AS milestone_id, owner_org_id AS party_1,"
        " firm_org_id AS party_2 FROM milestone m JOIN contract ON contract.id = contract_id"
    ),
    ("contracts", ("number",)): "SELECT number FROM contract WHERE confirmed_at IS NOT NULL",
    ("contracts", ("award_number",)): (
        "SELECT award.number AS award_number, need.owner_org_id AS party_1,"
        " firm.organisation_id AS party_2 FROM award JOIN need ON need.id = need_id"
        " JOIN firm ON firm.id = firm_id ORDER BY award.state = 'confirmed' DESC"
    ),
    ("contracts", ("contract_id", "replacement_id")): (
        "SELECT contract_id, r.id AS replacement_id, owner_org_id AS party_1,"
        " firm_org_id AS party_2 FROM contract_staff_replacement r"
        " JOIN contract ON contract.id = contract_id"
    ),
    ("credit", ("code",)): "SELECT code FROM firm",
    ("credit", ("owner_code",)): (
        "SELECT code AS owner_code FROM organisation WHERE kind = 'owner' ORDER BY id"
    ),
    ("credit", ("staff_id",)): "SELECT id AS staff_id FROM firm_staff ORDER BY id",
    ("credit", ("file_id", "number")): (
        "SELECT f.id AS file_id, number, organisation_id AS party_1 FROM case_file f"
        " JOIN credit_case ON credit_case.id = case_id JOIN firm ON firm.id = firm_id"
    ),
    ("credit", ("report_number",)): (
        "SELECT number AS report_number, organisation_id AS party_1 FROM breach_report"
        " JOIN firm ON firm.id = firm_id ORDER BY breach_report.id"
    ),
    ("credit", ("report_number", "statement_id")): (
        "SELECT number AS report_number, s.id AS statement_id, organisation_id AS party_1"
        " FROM breach_statement s JOIN breach_report ON breach_report.id = report_id"
        " JOIN firm ON firm.id = firm_id ORDER BY s.id"
    ),
    ("credit", ("number",)): (
        "SELECT number, organisation_id AS party_1 FROM credit_case"
        " JOIN firm ON firm.id = firm_id ORDER BY credit_case.id DESC"
    ),
    ("direct", ("direct_id",)): (
        "SELECT id AS direct_id, owner_org_id AS party_1 FROM direct_choice"
        " ORDER BY state = 'named' DESC, id"
    ),
    ("direct", ("need_id",)): "SELECT id AS need_id, owner_org_id AS party_1 FROM need",
    ("direct", ("number",)): (
        "SELECT d.number, firm.organisation_id AS party_1 FROM direct_choice d"
        " JOIN firm ON firm.id = d.firm_id WHERE d.state = 'named' ORDER BY d.id"
    ),
    ("documents", ("buyer_id",)): (
        "SELECT id AS buyer_id, organisation_id AS party_1 FROM owner_buyer ORDER BY id"
    ),
    ("documents", ("document_id",)): (
        "SELECT id AS document_id, org_id AS party_1 FROM document"
        " ORDER BY kind = 'licence' DESC, id"
    ),
    ("documents", ("kind", "subject", "subject_id")): (
        "SELECT kind, subject, subject_id, org_id AS party_1 FROM document ORDER BY id"
    ),
    ("documents", ("organisation_id",)): "SELECT organisation_id FROM owner_registration",
    ("draws", ("award_number",)): (
        "SELECT number AS award_number, organisation_id AS party_1 FROM award"
        " JOIN firm ON firm.id = firm_id ORDER BY award.state = 'offered' DESC"
    ),
    ("draws", ("exclusion_id",)): "SELECT id AS exclusion_id FROM draw_exclusion ORDER BY id",
    ("draws", ("own_exclusion_id",)): (
        "SELECT e.id AS own_exclusion_id, organisation_id AS party_1 FROM draw_exclusion e"
        " JOIN firm ON firm.code = e.firm_code ORDER BY e.id"
    ),
    ("draws", ("key",)): "SELECT '20260310-103500' AS key",
    ("draws", ("name",)): "SELECT 'index.js' AS name",
    ("draws", ("number", "order_id")): f"SELECT number, 1 AS order_id {_DRAW}",
    ("draws", ("need_id",)): "SELECT id AS need_id, owner_org_id AS party_1 FROM need",
    ("draws", ("number",)): f"SELECT number {_DRAW} ORDER BY draw.state = 'open' DESC",
    ("draws", ("name", "number")): (
        "SELECT name, number FROM draw_file JOIN draw ON draw.id = draw_id"
        " JOIN notice ON notice.id = draw.notice_id"
    ),
    ("letters", ("number",)): "SELECT number, org_id AS party_1 FROM letter ORDER BY id DESC",
    # A message belongs to one person; here the newest one of each person who has one.
    ("messages", ("delivery_id",)): (
        "SELECT MAX(d.id) AS delivery_id, u.organisation_id AS party_1 FROM delivery d"
        " JOIN user_account u ON u.id = d.user_id WHERE d.channel = 'inbox'"
        " AND u.username NOT LIKE 'agent%' AND u.username NOT LIKE 'approver%'"
        " GROUP BY u.id, u.organisation_id ORDER BY u.id"
    ),
    ("messages_operator", ("banner_id",)): "SELECT id AS banner_id FROM banner",
    ("messages_operator", ("delivery_id",)): (
        "SELECT id AS delivery_id FROM delivery ORDER BY state = 'failed' DESC, id"
    ),
    ("experts", ("code",)): "SELECT code FROM expert ORDER BY state = 'pending' DESC, id",
    ("experts", ("code", "move")): "SELECT code, 'pause' AS move FROM expert ORDER BY id",
    ("experts", ("tie_id",)): (
        "SELECT t.id AS tie_id, organisation_id AS party_1 FROM expert_tie t"
        " JOIN expert ON expert.id = expert_id"
    ),
    ("firms", ("code",)): "SELECT code FROM firm",
    ("firms", ("firm_id",)): "SELECT id AS firm_id FROM firm ORDER BY state = 'submitted' DESC",
    ("firms", ("change_id",)): (
        "SELECT c.id AS change_id, organisation_id AS party_1"
        " FROM firm_change c JOIN firm ON firm.id = firm_id"
    ),
    ("firms", ("change_id", "firm_id")): "SELECT id AS change_id, firm_id FROM firm_change",
    ("firms", ("delegate_id",)): (
        "SELECT d.id AS delegate_id, organisation_id AS party_1"
        " FROM firm_delegate d JOIN firm ON firm.id = firm_id"
    ),
    ("firms", ("feedback_id", "firm_id")): "SELECT id AS feedback_id, firm_id FROM firm_feedback",
    ("firms", ("firm_id", "qualification_id")): (
        "SELECT firm_id, id AS qualification_id FROM firm_qualification"
    ),
    ("firms", ("firm_id", "staff_id")): "SELECT firm_id, id AS staff_id FROM firm_staff",
    ("firms", ("form", "table")): "SELECT 'csv' AS form, 'items' AS \"table\"",
    ("firms", ("form",)): "SELECT 'csv' AS form",
    ("firms", ("form", "subject")): "SELECT 'csv' AS form, 'staff' AS subject",
    ("firms", ("subject",)): "SELECT 'staff' AS subject",
    (
        "firms",
        ("import_id",),
    ): "SELECT id AS import_id, organisation_id AS party_1 FROM sheet_import",
    ("firms", ("project_id",)): (
        "SELECT p.id AS project_id, organisation_id AS party_1"
        " FROM firm_past_project p JOIN firm ON firm.id = firm_id"
    ),
    ("firms", ("number",)): (
        "SELECT d.number, organisation_id AS party_1 FROM firm_past_project_doubt d"
        " JOIN firm_past_project p ON p.id = project_id JOIN firm ON firm.id = firm_id"
    ),
    ("firms", ("evidence_id",)): "SELECT id AS evidence_id FROM firm_staff_insurance",
    ("firms", ("item_code",)): "SELECT DISTINCT item_code FROM firm_service",
    ("firms", ("qualification_id",)): (
        "SELECT q.id AS qualification_id, organisation_id AS party_1"
        " FROM firm_qualification q JOIN firm ON firm.id = firm_id"
    ),
    ("firms", ("staff_id",)): (
        "SELECT s.id AS staff_id, organisation_id AS party_1"
        " FROM firm_staff s JOIN firm ON firm.id = firm_id"
    ),
    ("log", ("path",)): "SELECT 'entries/000' AS path",
    ("log", ("part_no",)): "SELECT 1 AS part_no",
    ("needs", ("need_id",)): "SELECT id AS need_id, owner_org_id AS party_1 FROM need",
    ("needs", ("number",)): "SELECT number FROM need WHERE id IN (SELECT need_id FROM notice)",
    ("needs", ("code",)): "SELECT code FROM organisation WHERE kind = 'owner'",
    ("needs", ("change_id", "need_id")): (
        "SELECT need_change.id AS change_id, need_id, owner_org_id AS party_1"
        " FROM need_change JOIN need ON need.id = need_id"
    ),
    ("draws", ("need_id", "withdrawal_id")): (
        "SELECT w.id AS withdrawal_id, need_id, owner_org_id AS party_1"
        " FROM need_withdrawal w JOIN need ON need.id = need_id"
    ),
    ("draws", ("change_id", "need_id")): (
        "SELECT need_change.id AS change_id, need_id, owner_org_id AS party_1"
        " FROM need_change JOIN need ON need.id = need_id"
    ),
    ("needs", ("need_id", "question_id")): (
        "SELECT need.id AS need_id, q.id AS question_id, need.owner_org_id AS party_1"
        " FROM notice_question q JOIN notice ON notice.id = q.notice_id"
        " JOIN need ON need.id = notice.need_id"
    ),
    ("needs", ("attempt", "number", "question")): (
        "SELECT notice.attempt, need.number, q.number AS question FROM notice_question q"
        " JOIN notice ON notice.id = q.notice_id JOIN need ON need.id = notice.need_id"
        " JOIN notice_answer a ON a.question_id = q.id"
    ),
    ("needs", ("attempt", "number")): (
        "SELECT need.number, notice.attempt FROM notice JOIN need ON need.id = need_id"
    ),
    ("panels", ("name", "number")): "SELECT number, 'panel.json' AS name FROM panel",
    ("panels", ("notice_number",)): (
        "SELECT notice.number AS notice_number FROM panel JOIN draw ON draw.id = panel.draw_id"
        " JOIN notice ON notice.id = draw.notice_id"
    ),
    ("panels", ("number",)): "SELECT number FROM panel",
    ("portal", ("table",)): "SELECT 'awards' AS \"table\"",
    ("portal", ("owner_code",)): "SELECT code AS owner_code FROM organisation WHERE kind = 'owner'",
    ("portal", ("firm_code",)): "SELECT code AS firm_code FROM firm ORDER BY id",
    ("portal", ("number",)): "SELECT number FROM award ORDER BY id",
    ("rereview", ("contract_id",)): f"SELECT id AS contract_id, {_CONTRACT}",
    ("rereview", ("number",)): "SELECT number FROM rereview",
    ("scoring", ("number",)): f"SELECT number {_DRAW} ORDER BY draw.state = 'open' DESC",
    ("scoring", ("number", "place")): (
        f"SELECT number, 1 AS place {_DRAW} ORDER BY draw.state = 'open' DESC"
    ),
    ("bidding", ("number",)): f"SELECT number {_DRAW} ORDER BY draw.state = 'open' DESC",
    ("explanations", ("award_number",)): "SELECT number AS award_number FROM award",
    ("payments", ("contract_id",)): f"SELECT id AS contract_id, {_CONTRACT}",
    ("payments", ("contract_id", "sequence")): (
        "SELECT contract_id, sequence, owner_org_id AS party_1, firm_org_id AS party_2"
        " FROM voucher JOIN contract ON contract.id = contract_id ORDER BY voucher.id"
    ),
    ("payments", ("contract_id", "file_id")): (
        "SELECT contract_id, voucher.file_id, owner_org_id AS party_1, firm_org_id AS party_2"
        " FROM voucher JOIN contract ON contract.id = contract_id"
        " WHERE voucher.file_id IS NOT NULL ORDER BY voucher.id"
    ),
    ("dossiers", ("contract_id",)): (
        "SELECT id AS contract_id, owner_org_id AS party_1, firm_org_id AS party_2"
        " FROM contract ORDER BY CASE WHEN state IN ('accepted', 'ended') THEN 0 ELSE 1 END, id"
    ),
    ("dossiers", ("contract_id", "version_no")): (
        "SELECT contract_id, version_no, owner_org_id AS party_1, firm_org_id AS party_2"
        " FROM dossier JOIN contract ON contract.id = contract_id"
    ),
    ("timelines", ("number",)): (
        "SELECT number FROM need WHERE id IN (SELECT need_id FROM notice)"
    ),
    ("holidays", ("import_id",)): (
        "SELECT id AS import_id FROM holiday_import ORDER BY state = 'proposed' DESC, id"
    ),
    ("holidays", ("notice_id",)): "SELECT id AS notice_id FROM holiday_notice",
    ("holidays", ("year",)): "SELECT 2026 AS year",
    ("ratings", ("code",)): (
        "SELECT DISTINCT code FROM organisation JOIN rating ON rated_org_id = organisation.id"
    ),
    ("ratings", ("number",)): (
        "SELECT DISTINCT number FROM contract JOIN rating ON contract.id = contract_id"
    ),
    ("ratings", ("direction", "number")): (
        "SELECT number, direction, rater_org_id AS party_1 FROM rating"
        " JOIN contract ON contract.id = contract_id ORDER BY rating.state = 'waiting' DESC"
    ),
    ("ratings", ("review",)): "SELECT number AS review FROM rating_review",
    ("ratings", ("call_back_id",)): "SELECT id AS call_back_id FROM rating_call_back",
    ("supplements", ("contract_id",)): f"SELECT id AS contract_id, {_CONTRACT}",
    ("supplements", ("number",)): "SELECT number FROM supplement",
    # The page of a complaint is public once an award stood still for it.
    ("complaints", ("number",)): "SELECT number FROM complaint ORDER BY freezes DESC, id",
    ("complaints", ("number", "statement_id")): (
        "SELECT s.id AS statement_id, c.number, s.by_org_id AS party_1 FROM complaint_step s"
        " JOIN complaint c ON c.id = s.complaint_id WHERE s.file_id IS NOT NULL"
    ),
    ("complaints", ("letter_number", "number")): (
        "SELECT l.number AS letter_number, c.number FROM letter l"
        " JOIN complaint c ON l.subject = 'complaint:' || c.id"
    ),
    ("complaints", ("import_id",)): (
        "SELECT id AS import_id FROM complaint_import ORDER BY id DESC"
    ),
    ("objections", ("award_number",)): (
        "SELECT number AS award_number FROM award ORDER BY state = 'publicity' DESC"
    ),
    ("objections", ("number",)): "SELECT number FROM award_objection",
    ("objections", ("number", "statement_id")): (
        "SELECT s.id AS statement_id, o.number, h.org_id AS party_1 FROM award_objection_step s"
        " JOIN award_objection_hearing h ON h.id = s.hearing_id"
        " JOIN award_objection o ON o.id = h.objection_id"
    ),
    ("objections", ("document_id", "number")): (
        "SELECT d.id AS document_id, o.number, o.org_id AS party_1 FROM document d"
        " JOIN award_objection_evidence e ON e.id = d.subject_id"
        " JOIN award_objection o ON o.id = e.objection_id WHERE d.subject = 'objection'"
    ),
    ("quotes", ("number",)): f"SELECT number {_DRAW} ORDER BY draw.state = 'open' DESC",
    ("static", ("filename",)): "SELECT 'app.css' AS filename",
    ("tariffs", ("code", "item")): (
        "SELECT firm.code, item_code AS item FROM firm_fee JOIN firm ON firm.id = firm_id"
    ),
    ("tariffs", ("code",)): "SELECT DISTINCT item_code AS code FROM firm_service",
    ("supervision", ("code",)): "SELECT code FROM organisation ORDER BY id",
    ("supervision", ("number",)): (
        "SELECT number, org_id AS party_1 FROM card WHERE issued_by_id IS NOT NULL ORDER BY id"
    ),
    ("tariffs", ("table",)): "SELECT 'supervision-670' AS \"table\"",
    ("web", ("code",)): "SELECT 'en' AS code",
}

# Nothing has these: what an address looks like that leads nowhere.
NOTHING: Final[Mapping[str, object]] = {
    "withdrawal_id": 999_998,
    "agreement_id": 999_998,
    "attempt": 98,
    "award_id": 999_998,
    "award_number": "ZX-2026-999998",
    "buyer_id": 999_998,
    "call_back_id": 999_998,
    "change_id": 999_998,
    "clock_id": 999_998,
    "report_number": "JB-2026-999998",
    "statement_id": 999_998,
    "code": "91510822MA99999998",
    "contract_id": 999_998,
    "delegate_id": 999_998,
    "direct_id": 999_998,
    "direction": "nothing",
    "document_id": 999_998,
    "evidence_id": 999_998,
    "feedback_id": 999_998,
    "file_id": 999_998,
    "filename": "nothing.css",
    "firm_id": 999_998,
    "form": "nothing",
    "handover_id": 999_998,
    "import_id": 999_998,
    "item_code": "ZJ-99-999-98",
    "key": "20990101-103500",
    "kind": "nothing",
    "letter_number": "WTS-2026-999998",
    "link": "GLH-2026-999998",
    "milestone_id": 999_998,
    "template_id": 999_998,
    "month": "1999-12",
    "move": "nothing",
    "name": "nothing.txt",
    "need_id": 999_998,
    "notice_id": 999_998,
    "notice_number": "GG-2026-999998",
    "number": "GG-2026-999998",
    "objection": "GLY-2026-999998",
    "order_id": 999_998,
    "owner_code": "91510822MA99999998",
    "organisation_id": 999_998,
    "place": 999_998,
    "project_id": 999_998,
    "part_no": 999_998,
    "path": "entries/x999/998",
    "qualification_id": 999_998,
    "question": 998,
    "replacement_id": 999_998,
    "sanction": "XY-2026-999998",
    "delivery_id": 999_998,
    "banner_id": 999_998,
    "review": "HC-2026-999998",
    "question_id": 999_998,
    "sequence": 998,
    "staff_id": 999_998,
    "subject": "nothing",
    "subject_id": 999_998,
    "suspension_id": 999_998,
    "exclusion_id": 999_998,
    "extension_id": 999_998,
    "own_exclusion_id": 999_998,
    "over_id": 999_998,
    "table": "nothing",
    "text_id": 999_998,
    "tie_id": 999_998,
    "user_id": 999_998,
    "version_no": 98,
    "year": 1999,
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One way to fill the places of an address, and whose it is."""

    values: Mapping[str, object]
    parties: frozenset[int]


class UntaughtError(LookupError):
    """A new kind of address: ``THINGS`` must be told what it is about."""

    def __init__(self, route: Route) -> None:
        super().__init__(f"add {(_blueprint(route), route.arguments)} to {__name__}.THINGS")


def _blueprint(route: Route) -> str:
    return route.endpoint.partition(".")[0]


def things_of(connection: Connection, route: Route) -> list[Thing]:
    """Return all that an address can be about; one empty thing if it has no places."""
    if not route.arguments:
        return [Thing({}, frozenset())]
    try:
        query = THINGS[_blueprint(route), route.arguments]
    except KeyError:
        raise UntaughtError(route) from None
    found = [dict(row) for row in connection.execute(text(query)).mappings()]
    return [
        Thing(
            {name: row[name] for name in route.arguments},
            frozenset(row[name] for name in row if name.startswith("party_") and row[name]),
        )
        for row in found
    ]


def is_owned(route: Route) -> bool:
    """Whether what the address is about belongs to somebody."""
    query = THINGS.get((_blueprint(route), route.arguments), "")
    return "party_1" in query


def nothing_of(route: Route) -> dict[str, object]:
    """Return values of the right form that nothing has."""
    return {name: NOTHING[name] for name in route.arguments}
