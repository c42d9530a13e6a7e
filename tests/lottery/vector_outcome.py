"""Bundles that fail one of V8 to V14: the last value, the result and what came of it."""

from collections.abc import Iterator
from dataclasses import replace

import lottery
from lottery import steps
from lottery.beacon.edwards25519 import ORDER
from lottery.encoding import dumps_canonical
from lottery.entries.phi import EVIDENCE_KIND
from tests.lottery.drawing import Drawing, called_off, second
from tests.lottery.drawing_facts import DIGEST, DRAWN, ROUNDS, Voice, firm_code
from tests.lottery.vector_case import (
    DAY,
    Case,
    altered,
    change,
    drop,
    lost_value,
    refilled,
    tiny,
    vacated,
    whole,
)


def breaks_v8() -> Iterator[Case]:
    seen = ",".join(map(str, (*DRAWN[:-1], 80)))
    yield Case("v8-other-numbers-seen", whole(mode="B").data(), numbers=seen)
    number = 32398885
    for name, evidence in {
        "of-another-round": lottery.DrandEvidence(round=number, signature=ROUNDS[1000]),
        "another-round": lottery.DrandEvidence(round=1000, signature=ROUNDS[1000]),
        "no-point": lottery.DrandEvidence(round=number, signature="ff" * 48),
        "infinity": lottery.DrandEvidence(round=number, signature="c0" + "00" * 47),
        "of-another-mode": lottery.NumbersEvidence(numbers=DRAWN, source="x"),
    }.items():
        yield Case(
            f"v8-signature-{name}",
            whole(mode="A", tamper={"phi": change(evidence=evidence)}).data(),
        )
    for name, drawn in {
        "nineteen": DRAWN[:-1],
        "eighty-one": (*DRAWN[:-1], 81),
        "zero": (0, *DRAWN[1:]),
    }.items():
        evidence = lottery.NumbersEvidence(numbers=drawn, source="x")
        drawing = whole(mode="B", tamper={"phi": change(evidence=evidence)})
        yield Case(f"v8-numbers-{name}", drawing.data())
    yield from _wrong_proofs()
    drawing = tiny(mode="B").until_cut()
    drawing.arrive()
    drawing.arrive()
    drawing.conclude()
    yield Case("v8-two-values", drawing.data())
    drawing = whole(mode="B", tamper={"phi": drop})
    phi = dumps_canonical(EVIDENCE_KIND.to_json(drawing.known()))
    yield Case("v8-value-never-logged", altered(drawing, phi=phi))


def _wrong_proofs() -> Iterator[Case]:
    honest = whole(mode="D2").known()
    first, other = honest.proofs
    flipped = f"{int(other.pi[-2:], 16) ^ 1:02x}"
    # The same s in its other spelling, which RFC 9381 refuses.
    response = int.from_bytes(bytes.fromhex(other.pi[96:]), "little") + ORDER
    unreduced = other.pi[:96] + response.to_bytes(32, "little").hex()
    for name, proofs in {
        "of-another-key": (first, replace(other, pi=first.pi)),
        "changed": (first, replace(other, pi=other.pi[:-2] + flipped)),
        "swapped": (other, first),
        "missing": (first,),
        "extra": (first, other, other),
        "unreduced": (first, replace(other, pi=unreduced)),
    }.items():
        tamper = {"phi": change(evidence=replace(honest, proofs=proofs))}
        yield Case(f"v8-proof-{name}", whole(mode="D2", tamper=tamper).data())


def breaks_v9() -> Iterator[Case]:
    yield Case("v9-another-seed", whole(tamper={"result": change(seed=DIGEST)}).data())


def breaks_v10() -> Iterator[Case]:
    turned = {"result": lambda entry: replace(entry, order=entry.order[::-1])}
    yield Case("v10-another-order", whole(tamper=turned).data())
    shorter = {"result": lambda entry: replace(entry, order=entry.order[:1])}
    yield Case("v10-too-short", whole(tamper=shorter).data())
    yield Case("v10-another-digest", whole(tamper={"result": change(order_digest=DIGEST)}).data())
    drawing = whole()
    drawing.conclude()
    yield Case("v10-two-results", drawing.data())
    drawing = tiny().until_cut()
    drawing.arrive()
    yield Case("v10-no-result", drawing.data())
    drawing = tiny().until_cut()
    drawing.call_off(drawing.t_phi - 950)
    drawing.cut_size = len(drawing.log.entries)
    drawing.arrive()
    drawing.conclude()
    yield Case("v10-result-after-void", drawing.data())


def breaks_v11() -> Iterator[Case]:
    yield from _wrong_ordered()
    yield from _wrong_fresh()


def _ordered(**tamper) -> bytes:
    drawing = Drawing(firms=3, a=2, tamper=tamper).whole()
    out = drawing.selected[0]
    drawing.refill(drawing.leave(out), out=out)
    return drawing.data()


def _wrong_ordered() -> Iterator[Case]:
    order = Drawing(firms=3, a=2).whole().result.order
    yield Case("v11-passed-over", _ordered(replace=change(in_firm=order[2], rank=3)))
    yield Case("v11-wrong-rank", _ordered(replace=change(rank=3)))
    yield Case("v11-no-reason", _ordered(decline=drop))
    yield Case("v11-another-left", _ordered(decline=change(who=order[2])))
    yield Case("v11-stranger-left", _ordered(decline=change(who=firm_code(99))))
    numbers = lottery.NumbersEvidence(numbers=DRAWN, source="x")
    yield Case("v11-ordered-with-evidence", _ordered(replace=change(evidence=numbers)))
    source = Drawing().source()
    value = lottery.NextValue(phi=source, t_phi=Drawing().t_phi + 5000)
    yield Case("v11-ordered-with-next", _ordered(decline=change(next_value=value)))
    drawing = Drawing(firms=3, a=2).whole()
    left = drawing.leave(drawing.selected[0])
    drawing.add("again", left)
    yield Case("v11-left-twice", drawing.data())
    drawing = tiny().until_cut()
    drawing.add("early", replace(left, draw=drawing.id, who=firm_code(0)))
    drawing.arrive()
    drawing.conclude()
    yield Case("v11-left-before-the-result", drawing.data())


def _wrong_fresh() -> Iterator[Case]:
    def value_of(**changes):
        return lambda entry: replace(entry, next_value=replace(entry.next_value, **changes))

    honest = refilled()
    replaced = lottery.decode(honest.log.entries[honest.mine[-1]])
    left_at = lottery.decode(honest.log.entries[honest.mine[-2]]).at
    others = [firm for firm in honest.listed.weights if firm not in honest.ever]
    tampers = {
        "wrong-firm": {"replace": change(in_firm=others[0])},
        "wrong-rank": {"replace": change(rank=2)},
        "own-place": {"replace": change(in_firm=replaced.out_firm)},
        "without-evidence": {"replace": change(evidence=None)},
        "too-early": {"replace": change(at=left_at + 599)},
        "next-too-soon": {"decline": value_of(t_phi=left_at + 599)},
    }
    for name, tamper in tampers.items():
        yield Case(f"v11-fresh-{name}", refilled(tamper=tamper).data())
    drawing, _ = vacated(tamper={"decline": change(next_value=None)})
    drawing.later = {}
    yield Case("v11-fresh-without-next", drawing.data())
    other = lottery.NumbersSource(game="another", issue="1")
    drawing, _ = vacated(mode="B", tamper={"decline": value_of(phi=other)})
    yield Case("v11-fresh-another-game", drawing.data())
    same = drawing.notice.phi
    drawing, _ = vacated(mode="B", tamper={"decline": value_of(phi=same)})
    yield Case("v11-fresh-the-same-issue", drawing.data())
    for name, issue in {"an-earlier-issue": "2026309", "no-such-issue": "2026311a"}.items():
        phi = lottery.NumbersSource(game=same.game, issue=issue)
        drawing = refilled(mode="B", tamper={"decline": value_of(phi=phi)})
        yield Case(f"v11-fresh-{name}", drawing.data())
    drawing, _ = vacated(mode="A", round=1000)
    value = replace(drawing.left.next_value, t_phi=drawing.left.next_value.t_phi - 3)
    drawing, _ = vacated(mode="A", round=1000, tamper={"decline": change(next_value=value)})
    yield Case("v11-fresh-another-round", drawing.data())
    wrong = change(evidence=replace(honest.known(), proofs=honest.known().proofs))
    yield Case("v11-fresh-old-evidence", refilled(tamper={"replace": wrong}).data())
    drawing = Drawing(firms=3, fresh=True).whole()
    standing = next(firm for firm in drawing.listed.weights if firm not in drawing.selected)
    next_value = lottery.NextValue(phi=drawing.source(), t_phi=drawing.t_phi + 5000)
    drawing.tamper["decline"] = change(next_value=next_value)
    drawing.leave(standing)
    yield Case("v11-fresh-next-of-another", drawing.data())
    yield from _chosen_fresh()
    yield from _wrong_later()


def _chosen_fresh() -> Iterator[Case]:
    """Return draws in which whoever knew the next value chose who takes the place."""
    drawing = Drawing(firms=5, k=2, fresh=True).whole()
    first, other = [drawing.leave(firm) for firm in tuple(drawing.selected)]
    drawing.refill(other)
    yield Case("v11-fresh-later-place-first", drawing.data())
    drawing.refill(first)
    yield Case("v11-fresh-in-another-order", drawing.data())
    drawing, left = vacated()
    evidence = drawing.evidence(left.next_value.phi, steps.fresh_alpha(left, drawing.seed))
    line = steps.fresh_alternates(left, drawing.listed, drawing.seed, evidence, drawing.barred)
    drawing.leave(line[0], at=left.next_value.t_phi + 5, kind="disqualify")
    drawing.refill(left, drawing.selected)
    yield Case("v11-fresh-struck-out", drawing.data())
    drawing, left = vacated()
    drawing.leave(next(firm for firm in drawing.listed.weights if firm not in drawing.selected))
    yield Case("v11-fresh-not-selected-left", drawing.data())


def _wrong_later() -> Iterator[Case]:
    drawing = refilled()
    drawing.later = {}
    yield Case("v11-fresh-no-cut", drawing.data())
    for name, size, time in (("late", 0, 541), ("early", 0, -61), ("holds-nothing", -1, 100)):
        drawing = refilled()
        index = drawing.mine[-2]
        at = lottery.decode(drawing.log.entries[index]).at
        drawing.later = {index: (index + 1 + size, {"w1": at + time})}
        yield Case(f"v11-fresh-cut-{name}", drawing.data())
    drawing = refilled()
    index = drawing.mine[-2]
    drawing.later = {index: (index + 2, drawing.later[index][1])}
    yield Case("v11-fresh-cut-holds-replace", drawing.data())


def breaks_v12() -> Iterator[Case]:
    drawing = whole()
    drawing.call_off(drawing.t_phi + 3000)
    yield Case("v12-after-the-result", drawing.data())
    drawing = tiny(mode="A").until_cut()
    drawing.call_off(drawing.t_phi + 60)
    yield Case("v12-value-withheld", drawing.data())
    known = b'{"mode":"A","round":32398885,"signature":"%b"}' % ROUNDS[32398885].encode()
    drawing.phi_json = known
    yield Case("v12-value-shown", drawing.data())
    yield Case("v12-cut-too-late", called_off(firms=2, cut_delay=741).data())
    yield Case("v12-in-the-last-second", called_off(firms=2, cut_delay=740).data())
    drawing = called_off(firms=2)
    drawing.cut_size = 0
    yield Case("v12-no-cut", drawing.data())
    drawing = called_off(firms=2)
    drawing.cut_size = drawing.mine[-1]
    yield Case("v12-void-outside-the-cut", drawing.data())
    drawing = called_off(firms=2)
    drawing.call_off(drawing.t_phi - 1899)
    drawing.cut_size = len(drawing.log.entries)
    yield Case("v12-two-voids", drawing.data())
    first = called_off(firms=2)
    drawing = second(first, firms=2).whole()
    yield Case("v12-no-prior-cut", altered(drawing, prior={}))
    late = first.cut_at(first.cut_size, {"w1": first.t_phi - 59})
    yield Case("v12-prior-cut-too-late", altered(drawing, prior={1: late}))
    yield Case("v12-lost-too-soon", lost_value(6).data())
    lost = lost_value()
    numbers = ",".join(map(str, DRAWN)).encode()
    lost.phi_json = b'{"mode":"B","numbers":[%b],"source":"x"}' % numbers
    yield Case("v12-not-lost", lost.data())
    lost = called_off(-7 * DAY, firms=2)
    lost.now = lost.void_at
    yield Case("v12-lost-without-a-list", lost.data())
    yield from _before_their_time()


def _before_their_time() -> Iterator[Case]:
    lost = lost_value()
    lost.now -= 961
    yield Case("v12-lost-in-the-future", lost.data())
    lost.now += 1
    yield Case("v12-lost-by-a-slow-clock", lost.data())
    again = second(lost, firms=2).whole()
    again.now = lost.now - 1
    yield Case("v12-first-lost-in-the-future", again.data())
    drawing = tiny(mode="D2").until_cut()
    drawing.arrive()
    drawing.call_off(drawing.t_phi - 850)
    drawing.cut_size = len(drawing.log.entries)
    yield Case("v12-value-logged-before", drawing.data())


def breaks_v13() -> Iterator[Case]:
    t_phi = Drawing().t_phi
    for step, at in {
        "enrol0": t_phi - 5031,
        "enrol1": t_phi - 1799,
        "commit-notary": t_phi - 1799,
        "close": t_phi - 1801,
        "freeze": t_phi - 1801,
        "phi": t_phi - 1,
        "result": t_phi - 1,
    }.items():
        voices = (Voice("notary"),) if step == "commit-notary" else ()
        drawing = whole(voices=voices, tamper={step: change(at=at)})
        yield Case(f"v13-{step}", drawing.data())


def breaks_v14() -> Iterator[Case]:
    bodies = {
        "unknown-type": b'{"at":1,"draw":"%b","t":"ismdraw/redraw/v1"}',
        "unknown-version": b'{"at":1,"draw":"%b","t":"ismdraw/void/v2"}',
        "unknown-member": b'{"at":1,"draw":"%b","note":1,"t":"ismdraw/phi/v1"}',
        "key-twice": b'{"at":1,"at":1,"draw":"%b","t":"ismdraw/phi/v1"}',
        "not-canonical": b'{"at": 1,"draw":"%b","t":"ismdraw/phi/v1"}',
        "fraction": b'{"at":1.0,"draw":"%b","t":"ismdraw/phi/v1"}',
        "negative": b'{"at":-1,"draw":"%b","t":"ismdraw/phi/v1"}',
        "too-great": b'{"at":9007199254740992,"draw":"%b","t":"ismdraw/phi/v1"}',
        "not-json": b"%b is no JSON at all",
        "not-utf-8": b'{"at":1,"draw":"%b","t":"\xff"}',
        "surrogate": b'{"at":1,"draw":"%b","t":"\\ud800"}',
        "no-order": b'{"at":1,"draw":"%b","order":[],"order_digest":"'
        + (b"ab" * 32)
        + b'","seed":"'
        + (b"ab" * 32)
        + b'","t":"ismdraw/result/v1"}',
        "too-long-order": b'{"at":1,"draw":"%b","order":['
        + b",".join([b'"91440300000000000X"'] * 2001)
        + b'],"order_digest":"'
        + (b"ab" * 32)
        + b'","seed":"'
        + (b"ab" * 32)
        + b'","t":"ismdraw/result/v1"}',
        "too-many-proofs": b'{"at":1,"draw":"%b","evidence":{"mode":"C","proofs":['
        + b",".join([b'{"key":"' + b"ab" * 32 + b'","pi":"' + b"ab" * 80 + b'"}'] * 33)
        + b']},"t":"ismdraw/phi/v1"}',
        "trailing-byte": b'{"at":1,"draw":"%b","t":"ismdraw/phi/v1"}\n',
    }
    for name, body in bodies.items():
        drawing = whole()
        drawing.mine.append(drawing.log.append(body % drawing.id.encode()))
        yield Case(f"v14-{name}", drawing.data())
    for name, entry in {
        "another-draw": lottery.Reveal(at=1, draw=DIGEST, who="notary", value=DIGEST),
        "entry-of-the-log": lottery.Audit(at=1, size=2, rows=3, digest=DIGEST),
    }.items():
        drawing = whole()
        drawing.mine.append(drawing.log.append(entry.to_bytes()))
        yield Case(f"v14-{name}", drawing.data())
    drawing = whole()
    phi = b'{"mode":"A","round":1,"signature":"%b"}' % (b"00" * 48)
    yield Case("v14-phi-beside-phi", altered(drawing, phi=phi))
    yield Case("v14-prior-of-no-attempt", altered(drawing, prior={7: drawing.bundle().cut}))
    yield Case("v14-later-of-no-departure", altered(drawing, later={3: drawing.bundle().cut}))
    data = whole().data()
    place = data.index(b"PK\x01\x02") + 16
    checksum = data[place : place + 4]
    damaged = bytes([checksum[0] ^ 1]) + checksum[1:]
    yield Case("v14-damaged", data.replace(checksum, damaged))
