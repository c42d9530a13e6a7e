"""Bundles that fail one of V1 to V7: what must be fixed before the last value."""

from collections.abc import Iterator
from dataclasses import replace

import lottery
from tests.lottery.drawing import Drawing, called_off, second
from tests.lottery.drawing_facts import DIGEST, KEYS, Voice, firm_code, secret
from tests.lottery.minilog import LOG_SEED, MiniLog, b64, public
from tests.lottery.vector_case import (
    Case,
    altered,
    change,
    drop,
    recast,
    tiny,
    vacated,
    whole,
    with_proof,
)


def breaks_v1() -> Iterator[Case]:
    few = whole(witnesses=("w1", "w2"), final_witnesses=("w1",))
    yield Case("v1-too-few-witnesses", few.data(), "two")
    yield Case("v1-unknown-log", whole(log=_OtherLog([b"x"])).data())
    yield Case("v1-another-origin", altered(whole(), origin="log.example.cn/other"))
    yield Case("v1-wrong-log-signature", recast(whole(), lambda note: _spoilt(note, 1)))
    three = whole(witnesses=("w1", "w2", "w3"))
    yield Case("v1-wrong-cosignature", recast(three, lambda note: _spoilt(note, 4)))
    drawing = whole()
    bundle, size = drawing.bundle(), len(drawing.log.entries)
    other = drawing.log.proof(drawing.mine[0], size, drawing.log.checkpoint(size, {"w1": 9}))
    entries = (replace(bundle.entries[0], proof=other), *bundle.entries[1:])
    yield Case("v1-two-final-checkpoints", lottery.build(replace(bundle, entries=entries)))
    drawing, _ = vacated()
    bundle = drawing.bundle()
    ((number, cut),) = bundle.later.items()
    lines = cut.checkpoint.splitlines(keepends=True)
    repeated = replace(cut, checkpoint=b"".join([*lines, lines[-1]]))
    yield Case("v1-repeated-signature", lottery.build(replace(bundle, later={number: repeated})))
    unsigned = replace(cut, checkpoint=b"".join([*lines[:4], *lines[5:]]))
    yield Case("v1-two-logs", whole().data(), "two-logs")
    yield Case("v1-later-cut-unsigned", lottery.build(replace(bundle, later={number: unsigned})))


class _OtherLog(MiniLog):
    """A log whose key no policy names."""

    def checkpoint(self, size, cosigned, seed=LOG_SEED):
        return super().checkpoint(size, cosigned, secret("another log"))


def _spoilt(note: bytes, signature: int) -> bytes:
    """Return a note with one bit of a signature changed, from 1; its base64 stays canonical."""
    lines = note.splitlines(keepends=True)
    line = lines[3 + signature]
    flipped = b"B" if line[-12:-11] == b"A" else b"A"
    lines[3 + signature] = line[:-12] + flipped + line[-11:]
    return b"".join(lines)


def breaks_v2() -> Iterator[Case]:
    drawing = whole()
    drawing.leave(drawing.selected[0])
    bundle = drawing.bundle()
    last = bundle.entries[-1]
    forged = replace(last, body=last.body.replace(b"no_capacity", b"no_interest"))
    entries = (*bundle.entries[:-1], forged)
    yield Case("v2-never-logged", lottery.build(replace(bundle, entries=entries)))
    drawing = whole()
    bundle = drawing.bundle()
    fork = MiniLog([b"rewritten", *drawing.log.entries[1:]])
    forked = fork.checkpoint(drawing.cut_size, drawing.cut_times())
    yield Case("v2-forked-cut", altered(drawing, cut=replace(bundle.cut, checkpoint=forked)))
    for name, text in (
        ("empty", b""),
        ("not-32-bytes", b"AAAA\n"),
        ("unended", b64(b"x").encode()),
    ):
        cut = replace(bundle.cut, consistency=text)
        yield Case(f"v2-consistency-{name}", altered(drawing, cut=cut))
    loose = bundle.cut.consistency.replace(b"=\n", b"\n", 1)
    yield Case(
        "v2-consistency-unpadded", altered(drawing, cut=replace(bundle.cut, consistency=loose))
    )
    first, other, *rest = bundle.entries
    yield Case("v2-out-of-order", altered(drawing, entries=(other, first, *rest)))
    drawing.leave(drawing.selected[0])
    bundle = drawing.bundle()
    yield Case("v2-proof-with-extra", with_proof(bundle, b"v1\nindex", b"v1\nextra AAAA\nindex"))
    yield Case("v2-index-with-zero", with_proof(bundle, b"\nindex ", b"\nindex 0"))
    yield Case("v2-proof-unpadded", with_proof(bundle, b"=\n", b"\n"))
    yield Case("v2-proof-loose-bits", with_proof(bundle, *_loose_bits(bundle.entries[-1].proof)))


def _loose_bits(proof: bytes) -> tuple[bytes, bytes]:
    """Return a hash of a proof, and another spelling of the same 32 bytes."""
    line = next(line for line in proof.split(b"\n") if len(line) == 44)
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = letters[letters.index(line[42:43]) + 1]
    return line, line[:42] + bytes([other]) + b"="


def breaks_v3() -> Iterator[Case]:
    hidden = whole(tamper={"notice": change(attempt=2, prev=DIGEST)})
    yield Case("v3-hidden-first-attempt", hidden.data())
    yield Case("v3-prev-without-attempt", whole(tamper={"notice": change(prev=DIGEST)}).data())
    drawing = tiny(tamper={"notice": change(document="cd" * 32)})
    drawing.publish()
    drawing.tamper = {}
    yield Case("v3-two-notices", drawing.whole().data())
    for name, drawing in (("", whole()), ("-of-a-void", called_off(firms=2))):
        entries = drawing.bundle().entries[1:]
        yield Case(f"v3-no-notice{name}", altered(drawing, entries=entries))
    first = tiny()
    first.publish()
    yield Case("v3-first-still-stands", second(first, firms=2).whole().data())
    first = called_off(firms=2)
    other = second(first, firms=2, need="2026-000124")
    yield Case("v3-another-need", other.whole().data())
    first = called_off(firms=2)
    overlapping = second(first, firms=2)
    overlapping.t_phi, overlapping.now = first.t_phi, first.now
    yield Case("v3-notice-before-void", overlapping.whole().data())


def breaks_v4() -> Iterator[Case]:
    keys = tuple(public(key).hex() for key in (KEYS[0], KEYS[2]))
    other = lottery.VrfSource(mode=lottery.Mode.SUPERVISED, keys=keys)
    yield Case("v4-another-source", whole(mode="D2", tamper={"freeze": change(phi=other)}).data())
    t_phi = Drawing().t_phi
    timetable = {
        "freeze-too-late": {"freeze_by": t_phi - 599, "reveal_by": t_phi - 599},
        "reveal-too-late": {"reveal_by": t_phi - 59},
        "reveal-before-freeze": {"reveal_by": t_phi - 1501},
        "no-time-to-enrol": {"enrol_open": t_phi - 1800},
    }
    for name, changes in timetable.items():
        tamper = {"notice": change(**changes), "enrol0": drop}
        drawing = whole(tamper={"notice": tamper["notice"]})
        if name != "no-time-to-enrol":
            yield Case(f"v4-{name}", drawing.data())
    drawing = whole(mode="A", tamper={"notice": change(t_phi=t_phi + 1)})
    yield Case("v4-a-later-round", drawing.data())
    drawing = whole(mode="A", tamper={"notice": change(t_phi=t_phi - 3)})
    yield Case("v4-an-earlier-round", drawing.data())
    stranger = lottery.VrfSource(mode=lottery.Mode.SUPERVISED, keys=keys)
    drawing = whole(mode="D2", tamper={"notice": change(phi=stranger)})
    yield Case("v4-unknown-supervisor", drawing.data())
    yield Case("v4-no-such-issue", whole(mode="B", issue="2026-310").data())


def breaks_v5() -> Iterator[Case]:
    yield Case("v5-cut-too-late", whole(cut_delay=741).data())
    yield Case("v5-cut-in-the-last-second", whole(cut_delay=740).data())
    yield Case("v5-cut-too-early", whole(cut_delay=-961).data())
    yield Case("v5-no-cut", altered(whole(), cut=None))
    drawing = whole()
    drawing.cut_size = drawing.mine[-3]
    yield Case("v5-freeze-outside-the-cut", drawing.data())
    drawing = whole()
    drawing.cut_size = drawing.mine[-1]
    yield Case("v5-cut-knows-the-value", drawing.data())
    for policy, witnesses in (("one", ("w1",)), ("none", ())):
        late = {"freeze": change(at=Drawing().t_phi - 59)}
        drawing = whole(witnesses=witnesses, tamper=late)
        yield Case(f"v5-frozen-too-late-{policy}", drawing.data(), policy)
    yield Case("v5-no-close", whole(tamper={"close": drop}).data())
    drawing = tiny()
    for step in (drawing.publish, drawing.enrol, drawing.commit, drawing.close, drawing.freeze):
        step()
    drawing.add("again", replace(drawing.frozen, at=drawing.frozen.at + 1))
    for step in (drawing.reveal, drawing.arrive, drawing.conclude):
        step()
    yield Case("v5-two-freezes", drawing.data())
    drawing = tiny(voices=(Voice("notary"),))
    for step in (drawing.publish, drawing.enrol, drawing.commit, drawing.close):
        step()
    drawing._open(drawing.voices[0])
    drawing.freeze()
    drawing.cut_size = len(drawing.log.entries)
    drawing.settle({"notary": secret("value notary")})
    drawing.arrive()
    drawing.conclude()
    yield Case("v5-reveal-before-freeze", drawing.data())


def breaks_v6() -> Iterator[Case]:
    drawing = Drawing(firms=3, leaving={2: "withdraw"})
    drawing.tamper = {"withdraw2": drop, "freeze": change(withdrawn=0, enrolled=3)}
    yield Case("v6-left-out", drawing.whole().data())
    drawing = Drawing(firms=3, leaving={1: "withdraw", 2: "ineligible"})
    drawing.tamper["ineligible2"] = lambda entry: replace(entry, enrol=drawing.enrols[1][0])
    yield Case("v6-removed-twice", drawing.whole().data())
    drawing = whole()
    text = drawing.listed.file
    swapped = text.replace(
        b'"salt":"%b"' % secret("salt 0").hex().encode(), b'"salt":"%b"' % (b"0" * 64)
    )
    yield Case("v6-wrong-salt", altered(drawing, list_file=swapped))
    yield Case(
        "v6-list-unsorted",
        altered(drawing, list_file=b"".join(text.splitlines(keepends=True)[::-1])),
    )
    yield Case(
        "v6-list-respelled", altered(drawing, list_file=text.replace(b'{"enrol"', b'{ "enrol"', 1))
    )
    first = lottery.enrol_commit(b"\1" * 32, b"\2" * 32, firm_code(0)).hex()
    yield Case("v6-anothers-enrolment", whole(tamper={"enrol0": change(enrol_commit=first)}).data())
    yield Case("v6-gap", whole(tamper={"enrol1": change(seq=5)}).data())
    yield Case("v6-seq-twice", whole(tamper={"enrol1": change(seq=0)}).data())
    for name, value in {"n": 3, "weight_total": 3, "enrolled": 3, "withdrawn": 1}.items():
        drawing = whole(tamper={"freeze": change(**{name: value})})
        yield Case(f"v6-freeze-{name}", drawing.data())
    yield Case("v6-freeze-digest", whole(tamper={"freeze": change(list_digest=DIGEST)}).data())
    for name, value in {"enrolled": 1, "first_index": 0, "last_index": 2}.items():
        drawing = whole(tamper={"close": change(**{name: value})})
        yield Case(f"v6-close-{name}", drawing.data())
    yield Case("v6-enrolment-doubled", _doubled(whole()), breaks="V2 V6")
    rule = change(weight_rule=lottery.WeightRule.EQUAL)
    yield Case("v6-unequal", whole(weights={0: 2}, tamper={"notice": rule}).data())


def _doubled(drawing: Drawing) -> bytes:
    """Return a bundle in which one ENROL stands twice, under one index and with one proof."""
    bundle = drawing.bundle()
    place = next(i for i, each in enumerate(bundle.entries) if b"ismdraw/enrol/" in each.body)
    entries = (*bundle.entries[: place + 1], *bundle.entries[place:])
    return lottery.build(replace(bundle, entries=entries))


def breaks_v7() -> Iterator[Case]:
    notary, regulator = (Voice("notary"),), (Voice("regulator", keyed=True),)
    drawing = tiny(voices=notary)
    for step in (drawing.publish, drawing.enrol, drawing.close, drawing.commit, drawing.freeze):
        step()
    for step in (drawing.reveal, drawing.arrive, drawing.conclude):
        step()
    yield Case("v7-commitment-after-close", drawing.data())
    yield Case(
        "v7-stranger", whole(voices=notary, tamper={"commit-notary": change(who="stranger")}).data()
    )
    yield Case(
        "v7-wrong-signature",
        whole(voices=regulator, tamper={"commit-regulator": change(signature="00" * 64)}).data(),
    )
    yield Case(
        "v7-no-signature",
        whole(voices=regulator, tamper={"commit-regulator": change(signature=None)}).data(),
    )
    yield Case(
        "v7-signature-without-key",
        whole(voices=notary, tamper={"commit-notary": change(signature="00" * 64)}).data(),
    )
    yield Case(
        "v7-another-commitment",
        whole(
            voices=(Voice("notary", reveal="absent"),),
            tamper={"freeze": change(commits=(DIGEST,))},
        ).data(),
    )
    yield Case(
        "v7-reveal-outside-the-cut", whole(voices=(Voice("notary", reveal="outside"),)).data()
    )
    yield Case("v7-miscounted", whole(voices=notary, tamper={"close": change(commits=2)}).data())
    firm = {0: Voice("enrol:0", reveal="absent")}
    yield Case("v7-firms-may-not", _firms_may_not(firm))
    unknown = {7: Voice("enrol:7", reveal="absent")}
    drawing = tiny(firm_commits=True, firm_voices=unknown).until_cut
    yield Case("v7-unknown-enrolment", _uncounted(firm_commits=True, firm_voices=unknown))
    padded = {0: Voice("enrol:00", reveal="absent")}
    yield Case("v7-padded-enrolment", _uncounted(firm_commits=True, firm_voices=padded))
    yield Case("v7-committed-twice", committed_twice("notary", voices=notary))
    yield Case("v7-committed-before-enrolling", _early_firm())


def committed_twice(who: str, again: str | None = None, **differences) -> bytes:
    """Return a draw in which somebody committed twice, the second time perhaps to another."""
    drawing = tiny(**differences)
    drawing.publish()
    drawing.enrol()
    drawing.commit()
    drawing.commits["again"] = drawing.commits[who]
    first = lottery.decode(drawing.log.entries[drawing.mine[-1]])
    drawing.add("again", replace(first, commit=again or first.commit))
    for step in (drawing.close, drawing.freeze, drawing.reveal, drawing.arrive, drawing.conclude):
        step()
    return drawing.data()


def _firms_may_not(firm: dict[int, Voice]) -> bytes:
    return _uncounted(firm_voices=firm)


def _uncounted(**differences) -> bytes:
    """Return a draw in which enrolments commit that may not, and rightly do not count."""
    drawing = tiny(**differences)
    for step in (drawing.publish, drawing.enrol, drawing.commit, drawing.close, drawing.freeze):
        step()
    drawing.firm_commitments = {}
    for step in (drawing.reveal, drawing.arrive, drawing.conclude):
        step()
    return drawing.data()


def _early_firm() -> bytes:
    """Return a draw in which an enrolment commits before the log has it."""
    drawing = tiny(firm_commits=True, firm_voices={0: Voice("enrol:0")})
    drawing.publish()
    drawing.commit()
    for step in (drawing.enrol, drawing.close, drawing.freeze, drawing.reveal):
        step()
    drawing.arrive()
    drawing.conclude()
    return drawing.data()
