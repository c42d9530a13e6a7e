"""Many draws recomputed at once: every wrong line is named, and no other."""

import json

import pytest

from lottery.bulk import Drawn, Tally, main, recompute, recompute_file
from lottery.draw import full_order, order_file, order_lines, select
from lottery.encoding import sha256
from lottery.errors import MalformedIdError
from lottery.seed import seed


def codes(count: int, first: int = 0) -> list[str]:
    return [f"91440101MA{number:08d}" for number in range(first, first + count)]


def a_draw(number: int, *, weights: tuple[int, ...] = ()) -> Drawn:
    parts = [sha256(f"{kind} {number}".encode()) for kind in ("draw", "freeze", "rd", "phi")]
    firms = codes(len(weights) or 7 + number % 5, number)
    listed = dict(zip(firms, weights or [1] * len(firms), strict=True))
    order = full_order(listed, seed(*parts))
    return Drawn(
        draw=parts[0],
        freeze=parts[1],
        reveals=parts[2],
        phi=parts[3],
        firms=firms,
        weights=weights,
        order=order[:3],
        order_digest=sha256(order_file(order)),
    )


LINES = [a_draw(number).line for number in range(40)]


def test_what_was_drawn_by_the_protocol_is_found_again():
    weighted = a_draw(3, weights=(1, 5, 2, 1000, 7)).line

    assert recompute([*LINES, weighted]) == Tally(41)
    assert recompute([]) == Tally(0)


def changed(line: bytes, **members) -> bytes:
    return json.dumps(json.loads(line) | members).encode()


FIRST = json.loads(LINES[0])
BAD = {
    "another value": changed(LINES[0], phi="00" * 32),
    "a short value": changed(LINES[0], phi="00" * 31),
    "no hexadecimal": changed(LINES[0], draw="g" * 64),
    "two winners swapped": changed(LINES[0], order=[*FIRST["order"][1::-1], FIRST["order"][2]]),
    "no winner": changed(LINES[0], order=[]),
    "half a winner": changed(LINES[0], order=[FIRST["order"][0][:9]]),
    "a stranger wins": changed(LINES[0], order=codes(1, 900)),
    "another digest": changed(LINES[0], order_digest="00" * 32),
    "a firm struck out": changed(LINES[0], firms=FIRST["firms"][1:]),
    "a firm twice": changed(LINES[0], firms=[FIRST["firms"][0], *FIRST["firms"]]),
    "firms unsorted": changed(LINES[0], firms=FIRST["firms"][::-1]),
    "a firm in small letters": changed(LINES[0], firms=[c.lower() for c in FIRST["firms"]]),
    "a line feed in a firm": changed(LINES[0], firms=["\n".join(FIRST["firms"][:2])]),
    "a firm that is a number": changed(LINES[0], firms=[1, 2]),
    "no firms": changed(LINES[0], firms=[]),
    "too few weights": changed(LINES[0], weights=[1, 2]),
    "a weight of nothing": changed(LINES[0], weights=[0] * len(FIRST["firms"])),
    "a member missing": b'{"draw":"00"}',
    "an array": b"[]",
    "no JSON": b"{",
    "not UTF-8": b"\xff",
    "nested too deeply": b"[" * 100_000,
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_wrong_line_is_named_and_no_other(bad):
    tally = recompute([LINES[1], bad, LINES[2]])

    assert tally.draws == 3
    assert [number for number, _ in tally.faults] == [2]
    assert tally.faults[0][1]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_a_file_is_shared_out_by_whole_lines(tmp_path, processes):
    path = tmp_path / "draws.ndjson"
    lines = list(LINES)
    lines[20] = BAD["another value"] + b"\n"
    path.write_bytes(b"".join(lines))
    tally = recompute_file(path, processes)

    assert tally.draws == len(lines)
    assert [number for number, _ in tally.faults] == [21]


def test_fewer_lines_than_processes(tmp_path):
    path = tmp_path / "draws.ndjson"
    path.write_bytes(LINES[0])
    assert recompute_file(path, 2) == Tally(1)
    path.write_bytes(b"")
    assert recompute_file(path, 2) == Tally(0)


def test_the_command_names_the_line_and_fails(tmp_path, capsys):
    path = tmp_path / "draws.ndjson"
    path.write_bytes(LINES[0] + BAD["no winner"] + b"\n")

    assert main([str(path), "--processes", "1"]) == 1
    assert f"{path}:2: " in capsys.readouterr().out
    path.write_bytes(LINES[0])
    assert main([str(path), "--processes", "1"]) == 0


@pytest.mark.parametrize("count", [1, 2, 2047, 2048, 2049, 5000])
def test_every_way_to_the_order_agrees(count):
    number, listed = sha256(b"agree"), dict.fromkeys(codes(count), 1)
    order = full_order(listed, number)

    assert order_lines(order_file(listed), number) == order_file(order)
    winners = min(3, count)
    assert list(select(listed, number, winners, 20).order) == order[: winners + 20]


def test_lines_are_codes_and_whole():
    number, lines = sha256(b"lines"), order_file(codes(3))
    assert order_lines(b"", number) == b""
    with pytest.raises(ValueError, match="line feed"):
        order_lines(lines[:-1], number)
    for wrong in (b"\n" + lines, lines[:17] + lines[18:], lines.replace(b"M", b"I", 1)):
        with pytest.raises(MalformedIdError):
            order_lines(wrong, number)
