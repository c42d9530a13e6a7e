"""Nothing of a case is forgotten: every table that refers to it is in a part, or said why not."""

import pytest

from market.db import LogMention
from market.dossiers.columns import WORDS, is_shown
from market.dossiers.contents import SECTIONS
from market.dossiers.left_out import LEFT_OUT
from market.dossiers.sheets import FILE, target_of
from market.draws.journal import CallingOffProposed
from market.journal import Entry, draw_mention, numbers_in
from market.letters.journal import LetterIssued, LetterWithdrawn
from market.schema import metadata
from tests.market.everything import every_subclass

SHEETS = [sheet for section in SECTIONS for sheet in section.sheets]
TABLES = {sheet.model.__tablename__ for sheet in SHEETS}
# What a case begins with; clocks, cards and letters name it in words, not by a key.
ROOTS = frozenset({"need", "notice", "draw", "award", "contract", "clock", "card", "letter"})
# Tables that name by words, in a column, what they are about; and of which cases they never are.
IN_WORDS = frozenset({"subject", "about"})
NOT_A_CASE = frozenset(
    {"affiliation_objection", "document", "firm_check", "firm_reminder", "phi_proof",
     "sheet_import"}
)  # fmt: skip
# Entries that are about no selection and no contract: of firms, people, rules and the platform.
OF_NO_CASE = (
    "affiliation.", "banner.", "breach.", "case.", "case-review.", "catalogue.", "credit-repair.",
    "document.", "draw.contributor-key.", "draw.numbers-typed.", "draw.trustee-key.", "expert.",
    "firm.", "holiday.", "organisation.", "owner.", "regulation.", "remedies.", "user.",
)  # fmt: skip
# The fields by which the others are found: each holds a public number, or a draw's hash.
FOUND_BY = frozenset(
    {"about", "award", "card", "clock", "contract", "direct", "draw", "ending", "explanation",
     "letter", "need", "notice", "objection", "panel", "review", "supplement", "case", "rereview"}
)  # fmt: skip
ENTRIES = sorted(
    (kind for kind in every_subclass(Entry) if "kind" in vars(kind)), key=lambda one: one.kind
)


def reached() -> set[str]:
    """Return every table from which keys lead to a case."""
    tables = metadata().tables
    found = set(ROOTS)
    while True:
        more = {
            name
            for name, table in tables.items()
            if name not in found
            and any(key.column.table.name in found for key in table.foreign_keys)
        }
        if not more:
            break
        found |= more
    words = {name for name, table in tables.items() if IN_WORDS & set(table.columns.keys())}
    return found | (words - NOT_A_CASE)


def test_every_table_of_a_case_is_in_a_part_or_said_why_not():
    assert reached() - TABLES - set(LEFT_OUT) == set()


def test_nothing_is_both_in_it_and_left_out_and_no_reason_outlives_its_table():
    assert TABLES & set(LEFT_OUT) == set()
    assert set(LEFT_OUT) - set(metadata().tables) == set()
    assert all(LEFT_OUT.values())


def test_no_two_tables_have_one_name():
    assert len({sheet.path for sheet in SHEETS}) == len(SHEETS)
    assert all(
        sheet.path.startswith(f"{section.folder}/")
        for section in SECTIONS
        for sheet in section.sheets
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.path)
def test_an_upload_is_in_it_or_its_column_is_left_out_with_a_note(sheet):
    columns = set(sheet.model.__table__.columns.keys())
    assert sheet.without <= columns, "a column that is left out exists no more"
    if FILE in columns:
        assert (sheet.upload is not None) != (FILE in sheet.without)
        assert sheet.upload is not None or sheet.note


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.path)
def test_every_column_that_is_shown_has_a_word(sheet):
    shown = {key for key in sheet.columns if is_shown(key, target_of(sheet, key))}
    assert shown <= set(WORDS)


def test_no_word_outlives_its_column():
    assert set(WORDS) <= {key for sheet in SHEETS for key in sheet.columns}


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("selection/questions.csv", {"asker_org_id", "asked_by_id"}),
        ("selection/objections.csv", {"party", "org_id", "raised_by_id", "text"}),
        ("supervision/replies.csv", {"text", "file_id"}),
        ("supervision/interviews.csv", {"record", "result", "topic"}),
    ],
)
def test_what_the_other_side_must_not_read_is_in_no_column(path, columns):
    (sheet,) = [one for one in SHEETS if one.path == path]
    assert not columns & set(sheet.columns)
    assert sheet.note


@pytest.mark.parametrize(
    "secret",
    ["rating_seal", "rating_call", "panel_seat", "score_draft", "award_objection_evidence"],
)
def test_what_is_sealed_is_in_no_part(secret):
    assert secret in LEFT_OUT


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda one: one.kind)
def test_every_entry_of_the_log_is_found_by_its_case_or_has_none(kind):
    has_none = kind.kind.startswith(OF_NO_CASE)
    assert has_none or FOUND_BY & set(kind.__dataclass_fields__)


def test_letters_direct_choices_and_draws_are_found():
    draw = "ab" * 32
    named = numbers_in(LetterIssued(letter="WZX-2026-000001", letter_kind="x", digest="0" * 64))
    assert named == {"WZX-2026-000001"}
    assert numbers_in(LetterWithdrawn(letter="WZX-2026-000001", replaced_by=None)) == named
    assert numbers_in(CallingOffProposed(draw=draw, authority="XX-2026-1")) == {draw_mention(draw)}
    assert len(draw_mention(draw)) <= LogMention.__table__.columns["number"].type.length
