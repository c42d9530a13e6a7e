"""The worked examples of the protocol, every field; and the published designs behind it."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

import lottery
from lottery.beacon import drand, vrf
from lottery.encoding import leaf_hash, sha256
from lottery.listing import list_root
from lottery.seed import (
    phi_from_numbers,
    phi_from_vrf,
    reveals_digest,
    seed,
    vrf_alpha,
)

VECTORS = Path(__file__).parent.parent / "vectors"
CASES = json.loads((VECTORS / "proposed" / "draw-v1-examples.json").read_text())["cases"]
RFC3797 = json.loads((VECTORS / "rfc3797.json").read_text())
THOMSON = json.loads((VECTORS / "thomson-vrs.json").read_text())


@pytest.fixture(params=CASES, ids=lambda case: case["name"])
def case(request):
    return request.param


def unhex(text):
    return None if text is None else bytes.fromhex(text)


def test_draw_list_and_commitments(case):
    draw = lottery.draw_id(case["notice_entry"].encode())
    rows = [(c["id"], c["weight"], unhex(c["enrol_hash"])) for c in case["candidates"]]

    assert draw.hex() == case["draw_id"]
    assert list_root(rows).hex() == case["list_root"]
    for each in case["contributors"]:
        if each["reveal"] is not None:
            opened = lottery.commit(draw, each["id"], unhex(each["reveal"]))
            assert opened.hex() == each["commit"]


def test_freeze_and_reveals(case):
    reveals = reveals_digest([unhex(each["reveal"]) for each in case["contributors"]])

    assert leaf_hash(case["freeze_entry"].encode()).hex() == case["freeze_hash"]
    assert reveals.hex() == case["reveals_digest"]


def test_last_value(case):
    evidence = case["phi_evidence"]
    match evidence["mode"]:
        case "drand":
            chain = drand.chain_by_hash(evidence["chain"])
            signature = unhex(evidence["signature"])
            value = drand.verify(chain, evidence["round"], signature)
            assert value.hex() == evidence["randomness"]
            assert sha256(signature) == value
        case "vrf-committee":
            alpha = vrf_alpha(unhex(case["freeze_hash"]), unhex(case["reveals_digest"]))
            assert alpha.hex() == evidence["alpha"]
            pairs = []
            for each in evidence["trustees"]:
                beta = vrf.verify(unhex(each["pk"]), alpha, unhex(each["pi"]))
                assert beta.hex() == each["beta"]
                pairs.append((unhex(each["pk"]), beta))
            value = phi_from_vrf(pairs)
        case "public-numbers":
            game, _, rest = evidence["canonical"].partition("/")
            issue, _, numbers = rest.partition(":")
            drawn = [int(number) for number in numbers.split(".")]
            value = phi_from_numbers(game, issue, reversed(drawn))
    assert value.hex() == case["phi"]


def test_seed_tickets_and_selection(case):
    number = seed(
        unhex(case["draw_id"]),
        unhex(case["freeze_hash"]),
        unhex(case["reveals_digest"]),
        unhex(case["phi"]),
    )
    weights = {c["id"]: c["weight"] for c in case["candidates"]}
    order = lottery.full_order(weights, number)
    selection = lottery.select(weights, number, 2, 3)

    assert number.hex() == case["seed"]
    assert [[lottery.ticket(number, firm, weights[firm]).hex(), firm] for firm in order] == case[
        "order"
    ]
    assert [ticket.firm_id for ticket in selection.winners] == case["winners"]
    assert [ticket.firm_id for ticket in selection.alternates] == case["alternates"]
    assert [ticket.number.hex() for ticket in selection.winners] == [
        row[0] for row in case["order"][:2]
    ]
    assert selection.order == tuple(case["winners"] + case["alternates"])


def rfc3797_picks(key, names, count):
    """RFC 3797, section 6: what this protocol does not do."""
    pool, picked = list(names), []
    for turn in range(count):
        around = turn.to_bytes(2, "big")
        digest = hashlib.md5(around + key.encode() + around).hexdigest()
        picked.append(pool.pop(int(digest, 16) % len(pool)))
    return picked


def test_striking_out_one_name_reshuffles_rfc_3797_and_never_this_draw():
    example = RFC3797["example"]
    names, count = example["names"], len(example["picks"])
    picked = rfc3797_picks(example["key"], names, count)
    assert [names.index(name) + 1 for name in picked] == [row[3] for row in example["picks"]]
    loser = next(name for name in names if name not in picked)
    assert rfc3797_picks(example["key"], [n for n in names if n != loser], count) != picked

    firms = {f"9131000000000000{number:02d}": 1 for number in range(25)}
    before = lottery.select(firms, b"\5" * 32, 10, 0)
    last = lottery.full_order(firms, b"\5" * 32)[-1]
    del firms[last]
    assert lottery.select(firms, b"\5" * 32, 10, 0) == before


def test_tickets_sort_as_in_the_verifiable_selection_of_thomson():
    secret, randomness = (THOMSON[name].encode() for name in ("secret_utf8", "randomness_utf8"))
    codes = [secret]
    for _ in range(10):
        codes.append(hashlib.sha256(codes[-1]).digest())
    assert codes[10].hex() == THOMSON["H10"]
    for code, published in ((codes[9], "first_iteration"), (codes[8], "second_iteration")):
        key = hmac.digest(code, randomness, "sha256")
        rows = THOMSON[published]
        positions = {
            label: hmac.digest(key, label.encode() + b"\1", "sha256").hex() for _, label in rows
        }
        assert all(positions[label].startswith(start) for start, label in rows)
        assert sorted(positions, key=positions.get) == [label for _, label in rows]
