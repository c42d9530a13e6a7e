"""Odd draws: entries that say something unusual, at the edge of the rules or beyond."""

import re
from collections.abc import Callable
from dataclasses import replace

import lottery
from lottery.archive import write_archive
from lottery.beacon.bls12381_fields import PRIME
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import CHAIN, DRAWN, ROUNDS, T_NUMBERS, Voice
from tests.verifiers.odd import (
    ORDER,
    Cases,
    Odd,
    changed,
    group,
    plain,
    raw,
    swap,
    tampered,
    told,
)

CASES: Cases = {}


def later_by(seconds: int) -> Callable:
    return lambda entry: replace(entry, at=entry.at + seconds)


def proof_plus_order(body: bytes) -> bytes:
    """Return PHI with the other spelling of the last part of its proof."""

    def spelled(match: re.Match) -> bytes:
        s = int.from_bytes(bytes.fromhex(match[2].decode()), "little") + ORDER
        return match[1] + s.to_bytes(32, "little").hex().encode()

    return re.sub(rb'("pi":"[0-9a-f]{96})([0-9a-f]{64})', spelled, body)


def at_time(name: str) -> Callable:
    """Return a tampering that moves an entry to a time of the notice's timetable."""
    return lambda entry: replace(entry, at=TIMES[name])


TIMES = {
    "enrol_open": T_NUMBERS - 5030,
    "before enrol_open": T_NUMBERS - 5031,
    "enrol_close": T_NUMBERS - 1800,
    "after enrol_close": T_NUMBERS - 1799,
    "before enrol_close": T_NUMBERS - 1801,
    "freeze_by": T_NUMBERS - 1500,
    "after freeze_by": T_NUMBERS - 1499,
    "before t_phi": T_NUMBERS - 1,
    "t_phi": T_NUMBERS,
    "t_phi + 600": T_NUMBERS + 600,
    "t_phi + 601": T_NUMBERS + 601,
}

# V13 and the schemas: every bound is meant as it is written, with both ends.
group(
    CASES,
    "time",
    "believed",
    told,
    {
        "ENROL at enrol_open": tampered(enrol0=at_time("enrol_open")),
        "ENROL at enrol_close": tampered(enrol0=at_time("enrol_close")),
        "CLOSE at freeze_by": tampered(close=at_time("freeze_by")),
        "CLOSE after freeze_by": tampered(close=at_time("after freeze_by")),
        "FREEZE at enrol_close": tampered(freeze=at_time("enrol_close")),
        "FREEZE at freeze_by": tampered(freeze=at_time("freeze_by")),
        "FREEZE after freeze_by": tampered(freeze=at_time("after freeze_by")),
        "PHI at t_phi": tampered(phi=at_time("t_phi")),
        "PHI at t_phi + 600": tampered(phi=at_time("t_phi + 600")),
        "PHI at t_phi + 601": tampered(phi=at_time("t_phi + 601")),
        "RESULT at t_phi + 601": tampered(result=at_time("t_phi + 601")),
        "RESULT before PHI by its time": tampered(
            phi=at_time("t_phi + 600"), result=at_time("t_phi")
        ),
        "cut as late as may be": {"cut_delay": 740},
        "cut seen by a slow clock": {"cut_delay": -960},
    },
)

group(
    CASES,
    "time",
    "refused",
    told,
    {
        "ENROL before enrol_open": tampered(enrol0=at_time("before enrol_open")),
        "ENROL after enrol_close": tampered(enrol0=at_time("after enrol_close")),
        "CLOSE before enrol_close": tampered(close=at_time("before enrol_close")),
        "FREEZE before enrol_close": tampered(freeze=at_time("before enrol_close")),
        "PHI before t_phi": tampered(phi=at_time("before t_phi")),
        "RESULT before t_phi": tampered(result=at_time("before t_phi")),
        "cut a second late": {"cut_delay": 741},
        "cut seen by a clock too slow": {"cut_delay": -961},
        "RESULT in 2^53 - 1 seconds and PHI before": tampered(
            phi=changed(at=0), result=changed(at=2**53 - 1)
        ),
    },
)

group(
    CASES,
    "draw",
    "believed",
    told,
    {
        "numbers of enrolments out of order": tampered(
            enrol0=changed(seq=1), enrol1=changed(seq=0)
        ),
        "weights": {"weights": {0: 1000, 1: 2}},
        "weights all 1 where they are listed": {"weights": {0: 1}},
        "as many firms as places": {"firms": 1, "k": 1, "a": 0},
        "more alternates than firms": {"a": 1000},
        "more witnesses than are needed": {"witnesses": ("w1", "w2", "w3")},
        "a firm that left has committed": {
            "firm_commits": True,
            "firm_voices": {0: Voice("enrol:0"), 1: Voice("enrol:1")},
            "leaving": {0: "withdraw"},
        },
        "firms' commitments out of order": {
            "firm_commits": True,
            "firm_voices": {2: Voice("enrol:2"), 0: Voice("enrol:0"), 1: Voice("enrol:1")},
        },
        "nobody commits although firms may": {"firm_commits": True},
        "reveal at reveal_by": {
            "voices": (Voice("a"),),
            **tampered(**{"reveal-a": changed(at=T_NUMBERS - 900)}),
        },
        "reveal a second late": {"voices": (Voice("a", reveal="late"),)},
        "reveal of a stranger": {
            "voices": (Voice("a", reveal="wrong"),),
            **tampered(**{"reveal-a": changed(who="b")}),
        },
        "contributor that never commits": {"voices": (Voice("a", commits=False),)},
    },
)

group(
    CASES,
    "draw",
    "refused",
    told,
    {
        "a contributor named like an enrolment": {
            "firms": 1,
            "a": 0,
            "voices": (Voice("enral:0"),),
            **tampered(notice=raw(swap("enral:0", "enrol:0"))),
        },
        "seq twice": tampered(enrol1=changed(seq=0)),
        "seq with a gap": tampered(enrol2=changed(seq=3)),
        "seq from 1": tampered(enrol0=changed(seq=1), enrol1=changed(seq=2), enrol2=changed(seq=3)),
        "weight where all are equal": {
            "weights": {0: 2},
            **tampered(notice=changed(weight_rule=lottery.WeightRule.EQUAL)),
        },
        "CLOSE counts from another entry": tampered(close=changed(first_index=0)),
        "CLOSE counts to itself": tampered(
            close=lambda entry: replace(entry, last_index=entry.last_index + 1)
        ),
        "CLOSE counts another number": tampered(close=changed(enrolled=4)),
        "CLOSE counts commitments": tampered(close=changed(commits=1)),
        "FREEZE with one commitment too many": tampered(
            freeze=raw(swap(b'"commits":[]', b'"commits":[null]'))
        ),
        "FREEZE with one too few": {
            "voices": (Voice("a"),),
            **tampered(freeze=raw(lambda b: re.sub(rb'"commits":\[[^]]*\]', b'"commits":[]', b))),
        },
        "FREEZE with another number": tampered(freeze=changed(n=4)),
        "FREEZE with another source": tampered(
            freeze=changed(phi=lottery.DrandSource(chain=CHAIN, round=1000))
        ),
        "a commitment of an enrolment where none may": {"firm_voices": {0: Voice("enrol:0")}},
        "a commitment of an enrolment with a zero": {
            "firm_commits": True,
            "firm_voices": {0: Voice("enrol:00")},
        },
        "a commitment of no enrolment": {
            "firm_commits": True,
            "firm_voices": {0: Voice("enrol:3")},
        },
        "a commitment of a huge enrolment": {
            "firm_commits": True,
            "firm_voices": {0: Voice(f"enrol:{10**30}")},
        },
        "a commitment of a stranger": {"firm_commits": True, "firm_voices": {0: Voice("x")}},
        "a signature without a key": {
            "voices": (Voice("a"),),
            **tampered(**{"commit-a": changed(signature="00" * 64)}),
        },
        "a key without a signature": {
            "voices": (Voice("a", keyed=True),),
            **tampered(**{"commit-a": changed(signature=None)}),
        },
        "a reveal outside the cut": {"voices": (Voice("a", reveal="outside"),)},
        "RESULT with a firm twice": tampered(
            result=lambda entry: replace(entry, order=(entry.order[0],) * 2)
        ),
        "RESULT with everyone": {
            "a": 0,
            **tampered(result=lambda entry: replace(entry, order=(*entry.order, "9" * 18))),
        },
        "RESULT without alternates": tampered(
            result=lambda entry: replace(entry, order=entry.order[:1])
        ),
        "notice with an alternate for fresh ones": tampered(
            notice=raw(swap(b'"ordered"', b'"fresh"'))
        ),
        "reveal_by after t_phi": tampered(notice=changed(reveal_by=T_NUMBERS - 59)),
        "freeze_by too late": tampered(notice=changed(freeze_by=T_NUMBERS - 599)),
        "enrolment of no length": tampered(
            notice=lambda entry: replace(entry, enrol_open=entry.enrol_close)
        ),
        "notice after it opened": tampered(
            notice=lambda entry: replace(entry, at=entry.enrol_open + 1)
        ),
        "second attempt without a first": tampered(notice=changed(attempt=2)),
        "first attempt with one before": tampered(notice=changed(prev="ab" * 32)),
        "a proof in another mode": tampered(phi=raw(swap(b'"mode":"D1"', b'"mode":"C"'))),
        "no proof": tampered(phi=raw(lambda b: re.sub(rb'"proofs":\[.*?\]', b'"proofs":[]', b))),
        "a proof twice": tampered(
            phi=raw(lambda b: re.sub(rb'"proofs":\[(.*?)\]', rb'"proofs":[\1,\1]', b))
        ),
        "s of a proof plus the order": tampered(phi=raw(proof_plus_order)),
    },
)

# Mode A: the signature is a compressed point of the group, and not its neutral element.
SIGNATURE = ROUNDS[1000]

group(
    CASES,
    "beacon",
    "refused",
    lambda signature: told(
        {
            "mode": "A",
            "round": 1000,
            "k": 1,
            "tamper": {"phi": raw(swap(SIGNATURE, signature))},
        }
    ),
    {
        "the negative": f"{int(SIGNATURE[0], 16) ^ 2:x}{SIGNATURE[1:]}",
        "uncompressed": f"{int(SIGNATURE[0], 16) & 7:x}{SIGNATURE[1:]}",
        "infinity": "c" + "0" * 95,
        "infinity with a sign": "e" + "0" * 95,
        "outside the subgroup": "8" + "0" * 94 + "4",
        "not on the curve": "8" + "0" * 94 + "1",
        "not reduced": f"{PRIME | 1 << 383:x}",
        "all bits": "f" * 96,
        "capitals": SIGNATURE.upper(),
    },
)


def with_numbers(numbers: str) -> Odd:
    return Odd(told({"mode": "B"}), "believed", numbers=numbers)


DRAWN_TEXT = ",".join(map(str, DRAWN))

for verdict, numbers in {
    "believed": {
        "as drawn": DRAWN_TEXT,
        "in another order": ",".join(map(str, DRAWN[::-1])),
        "with two digits": ",".join(f"{each:02d}" for each in DRAWN),
        "none": "",
    },
    "refused": {
        "others": DRAWN_TEXT.replace("59", "60"),
        "one missing": DRAWN_TEXT.rpartition(",")[0],
        "one twice": f"{DRAWN_TEXT},59",
    },
    "malformed": {
        "empty number": f"{DRAWN_TEXT},",
        "letters": "a,b",
        "negative": DRAWN_TEXT.replace("59", "-59"),
        "plus": DRAWN_TEXT.replace("59", "+59"),
        "underscore": DRAWN_TEXT.replace("59", "5_9"),
        "wide digits": DRAWN_TEXT.replace("59", "５９"),
        "semicolons": DRAWN_TEXT.replace(",", ";"),
        "huge": "1" * 5000,
    },
}.items():
    for name, text in numbers.items():
        CASES[f"numbers: {name}"] = lambda verdict=verdict, text=text: Odd(
            told({"mode": "B"}), verdict, numbers=text
        )

CASES["numbers: of a draw that has none"] = lambda: Odd(
    write_archive(plain()), "believed", numbers="1,2"
)


def drawn(numbers: str) -> bytes:
    """Return a draw of mode B whose PHI names other numbers."""
    change = raw(
        lambda body: re.sub(rb'"numbers":\[[^]]*\]', f'"numbers":[{numbers}]'.encode(), body)
    )
    return told({"mode": "B", "tamper": {"phi": change}})


group(
    CASES,
    "lottery",
    "refused",
    drawn,
    {
        "out of order": ",".join(map(str, DRAWN[::-1])),
        "one twice": DRAWN_TEXT.replace("59", "56"),
        "19": DRAWN_TEXT.rpartition(",")[0],
        "21": f"{DRAWN_TEXT},60",
        "none": "",
        "with 0": f"0,{DRAWN_TEXT.partition(',')[2]}",
        "with 81": DRAWN_TEXT.replace("59", "81"),
        "with 100": DRAWN_TEXT.replace("59", "100"),
        "with 059": DRAWN_TEXT.replace("59", "059"),
        "41": ",".join(map(str, range(1, 42))),
        "as text": f'"{DRAWN_TEXT}"',
    },
)

# Ed25519 as in RFC 8032, 5.1.7, without the cofactor; key and R are canonical encodings of points
# that are not of small order, and s is below the order.
IDENTITY = b"\x01" + bytes(31)

group(
    CASES,
    "prototype",
    "refused",
    told,
    {
        "mode": tampered(phi=raw(swap(b'"mode":"D1"', b'"mode":"constructor"'))),
        "key": tampered(phi=raw(swap(b'{"at"', b'{"constructor":null,"at"'))),
    },
)


CASES["numbers: the issue is for the reader to date"] = lambda: Odd(
    told({"mode": "B"}), "believed", flagged=frozenset({"V4"}), numbers=DRAWN_TEXT
)

for name, issue in {
    "too long": "20263100",
    "too short": "202631",
    "a letter": "202631a",
    "a hyphen": "2026-310",
}.items():
    CASES[f"issue: {name}"] = lambda issue=issue: Odd(
        told({"mode": "B", "issue": issue}), "refused", frozenset({"V4"})
    )


def game(name: str) -> bytes:
    """Return a draw of mode B with another game."""
    source = lottery.NumbersSource(game=name, issue="1")
    drawing = Drawing(mode="B", tamper={"notice": changed(phi=source)}).until_cut()
    evidence = lottery.NumbersEvidence(numbers=DRAWN, source="a")
    drawing.add("phi", lottery.Phi(at=T_NUMBERS + 5, draw=drawing.id, evidence=evidence))
    return drawing.data()


group(
    CASES, "game", "refused", game, {name: name for name in ("constructor", "CWL-KL8", "ssq", "0")}
)
