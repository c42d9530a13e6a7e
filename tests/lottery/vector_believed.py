"""Bundles that every verifier must believe."""

import io
import zipfile
from collections.abc import Iterator

from tests.lottery.drawing import Drawing, called_off, second
from tests.lottery.drawing_facts import DRAWN, ROUNDS, Voice
from tests.lottery.vector_case import (
    Case,
    change,
    everyone,
    lost_value,
    members_of,
    refilled,
    tiny,
    vacated,
    whole,
)


def believed() -> Iterator[Case]:
    numbers = ",".join(map(str, DRAWN))
    for number in ROUNDS:
        if number != 32398885:
            yield Case(f"mode-a-round-{number}", whole(mode="A", round=number).data())
    yield Case("mode-a", _everything("A"), "two")
    yield Case("mode-b", whole(mode="B").data(), numbers=numbers)
    yield Case("mode-b-unseen", whole(mode="B").data())
    yield Case("mode-c", whole(mode="C").data())
    yield Case("mode-d1", whole(mode="D1").data())
    yield Case("mode-d2", whole(mode="D2").data())
    # The pin of its supervisor is behind line ends of Windows, too.
    yield Case("policy-saved-on-windows", whole(mode="D2").data(), "of-windows")
    yield Case("mode-d2-unpinned", whole(mode="D2").data(), "unpinned")
    yield Case("three-witnesses", _everything("D2"), "two")
    yield Case("no-witnesses", whole(witnesses=()).data(), "none")
    yield Case("numbers-not-asked-for", whole().data(), numbers="1,2")
    yield Case("weighted", whole(weights={0: 3, 1: 1000}).data())
    yield Case(
        "withdrawn", Drawing(firms=4, leaving={0: "withdraw", 2: "ineligible"}).whole().data()
    )
    yield Case("nobody-revealed", whole(voices=(Voice("notary", reveal="absent"),)).data())
    yield Case("deflated", deflated(members_of(whole().data())))
    late = {"close": change(at=T + 1), "freeze": change(at=T + 2)}
    yield Case("late-freeze", whole(tamper=late).data())
    late = {step: change(at=T + 1500 + 601) for step in ("phi", "result")}
    yield Case("late-result", whole(tamper=late).data())
    yield from _committers()
    yield from _replacements()
    yield from _called_off()


T = Drawing().t_phi - 1500


def _everything(mode: str) -> bytes:
    """Return a draw in which as much as possible happens, between other entries."""
    drawing = Drawing(
        mode=mode,
        firms=4,
        k=1,
        a=2,
        leaving={3: "withdraw"},
        voices=everyone()[:2],
        witnesses=("w1", "w2", "w3"),
        between=1,
    ).whole()
    drawing.refill(drawing.leave(drawing.selected[0]))
    return drawing.data()


def deflated(members: dict[str, bytes]) -> bytes:
    """Pack members as another program would: with the one block type that nobody varies."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=0) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _committers() -> Iterator[Case]:
    yield Case("contributors", whole(voices=everyone()).data())
    yield Case("revealed-twice", _revealed_twice())
    voices = {1: Voice("enrol:1"), 0: Voice("enrol:0", reveal="absent")}
    both = whole(firm_commits=True, firm_voices=voices, voices=everyone()[:1])
    yield Case("firms-and-contributors", both.data())
    all_revealed = {0: Voice("enrol:0"), 1: Voice("enrol:1")}
    yield Case("firms-revealed", whole(firm_commits=True, firm_voices=all_revealed).data())
    late = {0: Voice("enrol:0", reveal="late"), 1: Voice("enrol:1", reveal="wrong")}
    yield Case("firms-late-and-wrong", whole(firm_commits=True, firm_voices=late, mode="D2").data())
    yield Case("no-firm-committed", whole(firm_commits=True).data())
    many = {number: Voice(f"enrol:{number}") for number in range(11)}
    eleven = Drawing(firms=11, firm_commits=True, firm_voices=many, leaving={3: "withdraw"})
    yield Case("eleven-firms", eleven.whole().data())


def _revealed_twice() -> bytes:
    """Return a draw in which a contributor's right reveal was logged twice, both under the cut."""
    drawing = tiny(voices=everyone()[:1])
    for step in (drawing.publish, drawing.enrol, drawing.commit, drawing.close, drawing.freeze):
        step()
    drawing._open(drawing.voices[0])
    drawing.reveal()
    drawing.arrive()
    drawing.conclude()
    return drawing.data()


def _replacements() -> Iterator[Case]:
    drawing = Drawing(firms=4, k=1, a=3).whole()
    drawing.leave(drawing.result.order[1], kind="disqualify")
    drawing.refill(drawing.leave(drawing.selected[0]))
    drawing.refill(drawing.leave(drawing.selected[0]))
    yield Case("ordered-twice", drawing.data())
    drawing = whole()
    drawing.leave(drawing.selected[0])
    yield Case("ordered-vacant", drawing.data())
    for mode in ("B", "C", "D1", "D2"):
        yield Case(f"fresh-mode-{mode.lower()}", refilled(mode=mode).data())
    drawing = refilled(mode="A", round=1000)
    drawing.refill(drawing.leave(drawing.selected[0]))
    yield Case("fresh-mode-a-twice", drawing.data())
    drawing = Drawing(firms=5, k=2, fresh=True, mode="D2", weights={0: 7}).whole()
    first = drawing.leave(drawing.selected[0])
    barred = drawing.barred
    other = drawing.leave(drawing.selected[1], kind="disqualify")
    drawing.refill(first, barred)
    drawing.refill(other, barred)
    yield Case("fresh-two-vacancies", drawing.data())
    drawing, _ = vacated()
    yield Case("fresh-vacant", drawing.data())
    drawing, _ = vacated()
    drawing.later = {}
    yield Case("fresh-vacant-without-cut", drawing.data())
    yield Case("fresh-no-witnesses", refilled(witnesses=()).data(), "none")


def _called_off() -> Iterator[Case]:
    first = called_off(firms=2)
    yield Case("void-before-freeze", first.data())
    yield Case("second-attempt", second(first, firms=2).whole().data())
    first = called_off(firms=2)
    middle = second(first, firms=2)
    middle.until_cut()
    middle.call_off(middle.t_phi - 950)
    middle.cut_size = len(middle.log.entries)
    yield Case("void-after-freeze", middle.data())
    yield Case("third-attempt", second(middle, firms=2).whole().data())
    first = called_off(firms=2)
    first.cut_size = 0
    yield Case("void-no-witnesses", first.data(), "none")
    lost = lost_value()
    yield Case("lost-value", lost.data())
    yield Case("lost-value-no-witnesses", lost_value(witnesses=()).data(), "none")
    again = second(lost, firms=2)
    yield Case("attempt-after-a-lost-value", again.whole().data())
