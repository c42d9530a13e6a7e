"""What the vectors in tests/vectors/bundles are made of."""

import io
import zipfile
from dataclasses import dataclass, replace

import lottery
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import Voice

DAY = 86_400


@dataclass(frozen=True)
class Case:
    """One bundle. ``breaks`` names the check that it must fail, ``""`` if it is malformed.

    Few must fail more than one: then the names stand with a space between.
    """

    name: str
    data: bytes
    policy: str = "one"
    numbers: str = ""
    breaks: str | None = None


def change(**changes):
    return lambda entry: replace(entry, **changes)


def drop(_entry):
    return None


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tiny(**differences) -> Drawing:
    """Return the smallest draw."""
    return Drawing(firms=2, **differences)


def whole(**differences) -> Drawing:
    return tiny(**differences).whole()


def altered(drawing: Drawing, **changes) -> bytes:
    """Return the bundle of a drawing with other parts."""
    return lottery.build(replace(drawing.bundle(), **changes))


def recast(drawing: Drawing, edit) -> bytes:
    """Return the bundle of a drawing whose final checkpoint was edited in every proof."""
    bundle = drawing.bundle()
    entries = tuple(
        replace(entry, proof=head + b"\n\n" + edit(note))
        for entry in bundle.entries
        for head, _, note in [entry.proof.partition(b"\n\n")]
    )
    return lottery.build(replace(bundle, entries=entries))


def everyone() -> tuple[Voice, ...]:
    """Return a contributor of every behaviour."""
    return (
        Voice("regulator", keyed=True),
        Voice("notary"),
        Voice("owner", reveal="absent"),
        Voice("union", keyed=True, reveal="late"),
        Voice("press", reveal="wrong"),
        Voice("court", commits=False),
    )


def vacated(**differences) -> tuple[Drawing, lottery.Entry]:
    """Return a draw with fresh alternates from which a winner has left."""
    drawing = Drawing(firms=3, fresh=True, **differences).whole()
    return drawing, drawing.leave(drawing.selected[0])


def refilled(**differences) -> Drawing:
    drawing, left = vacated(**differences)
    drawing.refill(left)
    return drawing


def lost_value(days: int = 7, **differences) -> Drawing:
    """Return a draw that was called off because its last value was said to be lost."""
    drawing = tiny(mode="B", **differences).until_cut()
    drawing.call_off(drawing.t_phi + days * DAY)
    drawing.now = drawing.t_phi + days * DAY
    return drawing


def with_proof(bundle: lottery.Bundle, old: bytes, new: bytes) -> bytes:
    """Return a bundle whose last proof was edited."""
    *entries, last = bundle.entries
    edited = replace(last, proof=last.proof.replace(old, new, 1))
    assert edited != last
    return lottery.build(replace(bundle, entries=(*entries, edited)))
