"""The policy file: what C2SP tlog-policy says, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lottery.errors import PolicyError
from lottery.policy import parse_policy
from tests.lottery.minilog import vkey

LOG = f"log {vkey('log.example.cn', 1, bytes([1]) * 32)}"
KEYS = {name: vkey(f"{name}.example", 4, bytes([9 + n]) * 32) for n, name in enumerate("XYZUV")}
WITNESSES = "\n".join(f"witness {name} {key}" for name, key in KEYS.items())


def parse(*lines):
    return parse_policy(("\n".join(lines) + "\n").encode())


def test_the_nested_example_of_the_specification():
    policy = parse(
        "# 两组见证人",
        "",
        f"  {LOG}\thttps://log.example.cn/  ",
        WITNESSES,
        "group first 2 X Y Z",
        "group second any U V",
        "group both all first second",
        "quorum both",
    )

    assert policy.is_witnessed
    assert policy.is_met_by({"X", "Z", "V"})
    assert not policy.is_met_by({"X", "Y", "Z"})
    assert not policy.is_met_by({"X", "U", "V"})
    assert not policy.is_met_by(set())


def test_one_witness_may_be_the_quorum():
    policy = parse(LOG, WITNESSES, "quorum Y")

    assert policy.is_met_by({"Y"})
    assert not policy.is_met_by({"X", "Z", "U", "V"})


def test_no_witness_may_be_asked_for():
    policy = parse(LOG, "quorum none")

    assert not policy.is_witnessed
    assert policy.is_met_by(set())


def test_keys_of_trustees_are_pinned_in_comments():
    policy = parse(
        LOG,
        "quorum none",
        "#@ismdraw vrf-key supervisor " + "ab" * 32,
        "#@ismdraw vrf-key supervisor " + "cd" * 32,
        "# an ordinary comment",
    )

    assert policy.vrf_keys == {"supervisor": {"ab" * 32, "cd" * 32}}


def test_names_may_be_in_any_script():
    assert parse(LOG, f"witness 审计局 {KEYS['X']}", "quorum 审计局").witnesses


PIN = "#@ismdraw vrf-key trustee " + "ab" * 32


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("lines", [(PIN, LOG, WITNESSES), (LOG, PIN, WITNESSES)])
def test_what_an_editor_on_windows_adds_is_passed_over(mark, end, lines):
    text = "\n".join((*lines, "quorum Y", ""))
    policy = parse_policy((mark + text.replace("\n", end)).encode())

    assert policy == parse("#", *lines, "quorum Y")
    assert policy.vrf_keys == {"trustee": {"ab" * 32}}


def test_a_file_whose_last_line_ends_in_a_carriage_return_alone_is_refused():
    with pytest.raises(PolicyError, match="control character"):
        parse_policy(f"{LOG}\r\nquorum none\r".encode())


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([LOG], "no quorum"),
        (["quorum none"], "no log"),
        ([LOG, "quorum none", "quorum none"], "second quorum"),
        ([LOG, "quorum X"], "not defined"),
        ([LOG, "quorum"], "not a line"),
        ([LOG, "quorum none extra"], "not a line"),
        ([LOG, "trust everybody", "quorum none"], "not a line"),
        ([LOG, LOG, "quorum none"], "already listed"),
        ([LOG, f"witness a {KEYS['X']}", f"witness b {KEYS['X']}", "quorum a"], "already listed"),
        ([LOG, f"witness a {KEYS['X']}", f"witness a {KEYS['Y']}", "quorum a"], "already taken"),
        ([LOG, f"witness none {KEYS['X']}", "quorum none"], "already taken"),
        ([LOG, WITNESSES, "group X any Y", "quorum X"], "already taken"),
        ([LOG, WITNESSES, "group g 0 X Y", "quorum g"], "not a threshold"),
        ([LOG, WITNESSES, "group g 3 X Y", "quorum g"], "not a threshold"),
        ([LOG, WITNESSES, "group g 01 X Y", "quorum g"], "not a threshold"),
        ([LOG, WITNESSES, "group g most X Y", "quorum g"], "not a threshold"),
        ([LOG, WITNESSES, "group g any", "quorum g"], "not a line"),
        ([LOG, WITNESSES, "group g any X X", "quorum g"], "member twice"),
        ([LOG, WITNESSES, "group g any X", "group h any X", "quorum h"], "member twice"),
        ([LOG, WITNESSES, "group g any h", "group h any X", "quorum g"], "not defined"),
        ([LOG, WITNESSES, "group g any none", "quorum g"], "not defined"),
        ([LOG, "quorum g", WITNESSES, "group g any X"], "not defined"),
        ([LOG.replace("log ", "witness w "), LOG, "quorum w"], "cosignature key"),
        ([f"log {KEYS['X']}", "quorum none"], "must be of type Ed25519"),
        ([LOG[:-4], "quorum none"], "checkpoint refused"),
        ([LOG, "quorum none", "#@ismdraw vrf-key supervisor abc"], "VRF key"),
        ([LOG, "quorum none", "#@ismdraw drand x"], "vrf-key ROLE HEX"),
        ([LOG, "quorum\rnone"], "control character"),
        ([LOG, "quorum none\r\r"], "control character"),
        (["\ufeff\ufeff" + LOG, "quorum none"], "not a line"),
        ([LOG, "\ufeffquorum none"], "not a line"),
        ([LOG, "#" * 512 * 1024, "quorum none"], "longer than"),
    ],
)
def test_a_faulty_policy_is_refused_with_its_line(lines, reason):
    with pytest.raises(PolicyError, match=reason):
        parse(*lines)


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([LOG], 0),
        (["quorum none"], 0),
        (["#" * 512 * 1024], 0),
        (["quorum\rnone"], 0),
        (["\ufeff# saved on Windows\r", f"{LOG}\r", "trust everybody\r"], 3),
        ([LOG, "trust everybody", "quorum none"], 2),
        ([LOG, "quorum X"], 2),
        ([LOG, "", LOG], 3),
        ([LOG, "# two", "quorum none", "quorum none"], 4),
        ([LOG, f"log {KEYS['X']}"], 2),
        ([LOG, LOG.replace("log ", "witness w ")], 2),
        ([LOG, f"witness X {KEYS['X']}", f"witness Y {KEYS['X']}"], 3),
        ([LOG, f"witness none {KEYS['X']}"], 2),
        ([LOG[:-4]], 1),
        ([WITNESSES, "group g any X X"], 6),
        ([WITNESSES, "group g 6 X"], 6),
        ([WITNESSES, "group X any Y"], 6),
        ([WITNESSES, "group g any h"], 6),
        ([LOG, "#@ismdraw vrf-key supervisor abc"], 2),
        ([LOG, "#@ismdraw vrf-key cook " + "ab" * 32], 2),
        ([LOG, "#@ismdraw drand x"], 2),
    ],
)
def test_the_faulty_line_of_a_policy_is_named(lines, number):
    with pytest.raises(PolicyError) as raised:
        parse(*lines)

    assert raised.value.line == number


@given(st.lists(st.sampled_from([LOG, WITNESSES, "group g any X", "quorum g", "#x", "%"])))
def test_any_mixture_of_lines_is_a_policy_or_one_kind_of_error(lines):
    try:
        policy = parse(*lines)
    except PolicyError:
        return
    assert policy.is_met_by(KEYS)
