"""Each kind of entry is compared with the rows it tells of, or it is said here why not."""

from types import MappingProxyType

import pytest

from market.journal import Entry
from market.selfaudit.checks import told_checks
from tests.market.everything import every_subclass

EVENT = "tells of an event that no row repeats"
SEALED = "its rows are of record: sealed at the next audit, and guarded by triggers"
FILE = "compared with the file whose digest it holds"
DRAWN = "compared with the draw's own entries"

NOT_COMPARED = MappingProxyType(
    {
        "banner.moved.v1": EVENT,
        "breach.annulled.v1": SEALED,
        "clock.corrected.v1": SEALED,
        "clock.moved.v1": SEALED,
        "complaint.moved.v1": SEALED,
        "contract.materials.v1": EVENT,
        "contract.message-sent.v1": SEALED,
        "contract.milestones.v1": EVENT,
        "contract.staffed.v1": EVENT,
        "document.erased.v1": SEALED,
        "direct.named.v1": "no longer written: version 2 took its place",
        "dossier.made.v1": SEALED,
        "draw.calling-off.v1": SEALED,
        "draw.contributor-absent.v1": SEALED,
        "draw.excluded.v1": SEALED,
        "draw.minutes.v1": SEALED,
        "draw.numbers-typed.v1": SEALED,
        "draw.venue.v1": SEALED,
        "draw.weights.v1": FILE,
        "extension.answered.v1": EVENT,
        "extension.requested.v1": EVENT,
        "firm.checked.v1": SEALED,
        "firm.delegate-moved.v2": EVENT,
        "firm.fee-published.v1": "no longer written: version 2 took its place",
        "firm.imported.v1": EVENT,
        "firm.promise-signed.v1": SEALED,
        "firm.qualification-removed.v1": EVENT,
        "firm.reminded.v1": SEALED,
        "firm.staff-counted.v1": EVENT,
        "firm.table-offered.v1": EVENT,
        "letter.issued.v1": SEALED,
        "letter.withdrawn.v1": SEALED,
        "holiday.notice.v1": EVENT,
        "holiday.recounted.v1": SEALED,
        "need.bundled.v1": EVENT,
        "need.examined.v1": SEALED,
        "need.justified.v1": "compared with the notice, which prints it",
        "owner.buyer-moved.v2": EVENT,
        "quote.opened.v1": DRAWN,
        "quote.sealed.v1": DRAWN,
        "rating.cover-moved.v1": EVENT,
        "rating.defaulted.v1": EVENT,
        "rating.lapsed.v1": EVENT,
        "rating.taken-down.v1": EVENT,
        "remedies.stated.v1": EVENT,
        "selection.sheet.v1": FILE,
        "suspension.answered.v1": EVENT,
        "suspension.over-answered.v1": EVENT,
        "suspension.over-declared.v1": EVENT,
        "suspension.requested.v2": EVENT,
        "user.added.v1": EVENT,
        "user.deactivated.v1": EVENT,
        "user.password-reset.v1": EVENT,
        "voucher.answered.v1": SEALED,
    }
)
KINDS = sorted({entry.kind for entry in every_subclass(Entry) if "kind" in vars(entry)})
COMPARED = {check.kind for check in told_checks()}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_compared_or_said_why_not(kind):
    assert (kind in COMPARED) != (kind in NOT_COMPARED)


def test_no_reason_outlives_its_kind():
    assert set(KINDS) >= COMPARED | set(NOT_COMPARED)
