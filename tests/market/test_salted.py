"""Which digests the public log holds: of what everybody reads, of files, or salted."""

import re
from dataclasses import fields
from types import MappingProxyType

import pytest

from market import salts
from market.db import Actor, unit_of_work
from market.journal import Entry, salted_fields
from tests.market.everything import every_subclass

PUBLIC = "public"  # Whoever reads the log may read the text as well.
SALTED = "salted"  # Only some may read the text, and they get its salt with it.
FILE = "file"  # Of the bytes of a file that was handed in or made.
KEYED = "keyed"  # A commitment, or with a secret key or code: not of the text alone.

HELD = MappingProxyType(
    {
        "affiliation.declared.v1 digest": SALTED,
        "affiliation.group-moved.v1 text_digest": SALTED,
        "affiliation.objection-moved.v1 text_digest": SALTED,
        "award.objection-moved.v1 text_digest": SALTED,
        "award.unsigned-moved.v1 text_digest": SALTED,
        "breach.annulled.v1 why_digest": SALTED,
        "card.moved.v1 text_digest": SALTED,
        "card.withdrawal-moved.v1 text_digest": SALTED,
        "case-review.moved.v1 text_digest": SALTED,
        "case.moved.v1 text_digest": SALTED,
        "catalogue.model-text.v1 file_digest": FILE,
        "catalogue.report-template.v1 text_digest": PUBLIC,
        "contract.ending-moved.v1 text_digest": SALTED,
        "contract.filed.v1 file_digest": FILE,
        "contract.message-sent.v1 file_digest": FILE,
        "contract.message-sent.v1 text_digest": SALTED,
        "contract.milestone-moved.v1 report_digest": SALTED,
        "contract.milestones.v1 plan_digest": SALTED,
        "credit-repair.moved.v1 text_digest": SALTED,
        "deliverable.examined.v1 file_digest": FILE,
        "deliverable.examined.v1 text_digest": SALTED,
        "deliverable.submitted.v1 file_digest": FILE,
        "direct.named.v1 reason_digest": PUBLIC,
        "direct.named.v1 regulation_digest": PUBLIC,
        "direct.named.v2 reason_digest": PUBLIC,
        "direct.named.v2 regulation_digest": PUBLIC,
        "document.erased.v1 seal": KEYED,
        "document.handed-in.v1 seal": KEYED,
        "dossier.made.v1 list_digest": FILE,
        "draw.minutes.v1 document_digest": FILE,
        "draw.minutes.v1 recording_digest": FILE,
        "draw.venue.v1 document_digest": FILE,
        "draw.weights.v1 document_digest": PUBLIC,
        "emergency.moved.v1 file_digest": FILE,
        "emergency.moved.v1 text_digest": PUBLIC,
        "firm.fee-published.v2 promise_sha256": PUBLIC,
        "firm.imported.v1 file_sha256": FILE,
        "firm.past-project-doubted.v1 text_digest": SALTED,
        "firm.past-project-moved.v1 facts_digest": SALTED,
        "firm.promise-signed.v1 text_sha256": PUBLIC,
        "firm.removal-moved.v1 reason_sha256": SALTED,
        "holiday.notice.v1 digest": PUBLIC,
        "interview.moved.v1 text_digest": SALTED,
        "letter.issued.v1 digest": KEYED,
        "need.examined.v1 rules_digest": PUBLIC,
        "need.justified.v1 text_digest": PUBLIC,
        "notice.changed.v1 change_digest": PUBLIC,
        "notice.published.v1 document_digest": PUBLIC,
        "notice.published.v1 regulation_digest": PUBLIC,
        "panel.opened.v1 document_digest": PUBLIC,
        "panel.opened.v1 key_digest": KEYED,
        "proposal.handed-in.v1 document_digest": FILE,
        "question.answered.v1 document_digest": PUBLIC,
        "question.asked.v1 question_digest": PUBLIC,
        "quote.opened.v1 commitment": KEYED,
        "quote.sealed.v1 commitment": KEYED,
        "rating.opened.v1 comment_digest": KEYED,
        "rating.opened.v1 commitment": KEYED,
        "rating.review.v1 text_digest": SALTED,
        "rating.sealed.v1 commitment": KEYED,
        "regulation.first-used.v1 digest": PUBLIC,
        "rereview.ended.v1 document_digest": PUBLIC,
        "rereview.moved.v1 commitment": KEYED,
        "rereview.sealed.v1 commitment": KEYED,
        "scores.sealed.v1 commitment": KEYED,
        "selection.sheet.v1 document_digest": PUBLIC,
        "suspension.requested.v2 file_digest": FILE,
        "voucher.recorded.v1 file_digest": FILE,
    }
)
DIGEST = re.compile(r"digest|sha256|commitment|seal$")
KINDS = [
    entry
    for entry in every_subclass(Entry)
    if "kind" in vars(entry) and entry.__module__.startswith("market.")
]
FOUND = {
    f"{entry.kind} {field.name}": field.name in salted_fields(entry)
    for entry in KINDS
    for field in fields(entry)
    if DIGEST.search(field.name)
}


def test_every_digest_of_the_log_is_named_here():
    assert set(FOUND) == set(HELD)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_the_digest_of_a_text_that_is_not_public_is_salted(name):
    # mypy lets nothing into a salted field but what ``salts.salted`` returns.
    assert FOUND[name] == (HELD[name] == SALTED)


@pytest.fixture
def work(here):
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as opened:
        yield opened


def test_equal_texts_have_digests_that_differ_and_each_opens(work):
    first, second = (salts.salted(work, "JC-2026-000001", "同意") for _ in range(2))
    assert first != second
    openings = salts.openings_of(work.session, "JC-2026-000001")
    assert [one.digest for one in openings] == [first, second]
    assert all(salts.digest_of(one.salt, "同意") == one.digest for one in openings)
    assert salts.opening_of(openings, "同意").digest == second
    assert salts.opening_of(openings, "不同意") is None
    assert salts.openings_of(work.session, "JC-2026-000002") == []


def test_nothing_written_has_no_digest_and_no_salt(work):
    assert salts.salted(work, "JC-2026-000001", "") == ""
    assert salts.openings_of(work.session, "JC-2026-000001") == []


def test_the_digest_is_what_a_reader_computes():
    salt = "00" * 32
    assert salts.digest_of(salt, "同意") == (
        "883c357266217419bfd72f8e3feae062817f81d1d169c25f398d3fd069f01230"
    )
