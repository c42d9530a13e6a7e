"""The command line: exit codes, words in two languages, and a bare interpreter."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

import lottery
from lottery.__main__ import main
from lottery.beacon import vrf
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.minilog import policy_text
from tests.lottery.story import FIRMS, T_PHI, Story, a_policy, told, with_entry

MALFORMED = {"checks": {}, "draw": None, "seed": None, "selected": [], "verdict": "malformed"}


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy"
    path.write_bytes(policy_text())
    return path


def write(folder, bundle):
    path = folder / f"draw{lottery.SUFFIX}"
    path.write_bytes(lottery.build(bundle))
    return path


def run(*words):
    return main([str(word) for word in words])


def test_an_honest_draw_exits_0_and_names_every_check(tmp_path, policy, capsys):
    story = told(Story(mode="A", contributors=False))

    assert run("verify", write(tmp_path, story.bundle()), "--policy", policy) == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line[6:].split()[0] for line in lines if line.startswith("ok ")]
    assert named == [f"V{number}" for number in range(1, 15)]
    assert lines[0] == f"抽取编号 / draw {story.id}"
    bound = "中选（截至此包的最终检查点） / selected (as of this bundle's final checkpoint)"
    assert lines[-1].startswith(f"全部通过 / ALL CHECKS HOLD; {bound}: 9131")
    assert "演示模式" not in "".join(lines)


def test_a_demonstration_says_so_and_points_to_the_flags(tmp_path, policy, capsys):
    assert run("verify", write(tmp_path, told(Story(mode="D1")).bundle()), "--policy", policy) == 0
    lines = capsys.readouterr().out.splitlines()

    assert any(line.startswith("演示模式 / DEMONSTRATION") for line in lines)
    assert "mind the notes on V2, V4, V5, V7" in lines[-1]


def test_a_failed_check_exits_1_and_is_named(tmp_path, policy, capsys):
    story = told(Story(mode="D1", tamper={"result": with_entry(seed="00" * 32)}))

    assert run("verify", write(tmp_path, story.bundle()), "--policy", policy) == 1
    out = capsys.readouterr().out
    assert "FAIL  V9 " in out
    assert out.splitlines()[-1] == "未通过 / FAILED: V9"


def test_what_could_not_be_checked_is_not_called_right(tmp_path, policy, capsys):
    bundle = replace(told(Story(mode="D1")).bundle(), draw="ab" * 32)

    assert run("verify", write(tmp_path, bundle), "--policy", policy) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert "FAILED: V3" in last
    assert "not checked: V4" in last


def test_a_changed_byte_in_the_file_is_told(tmp_path, policy, capsys):
    path = write(tmp_path, told(Story(mode="D1")).bundle())
    data = path.read_bytes()
    place = data.index(b"no_capacity")
    path.write_bytes(data[:place] + b"N" + data[place + 1 :])

    assert run("verify", path, "--policy", policy) == 1
    out = capsys.readouterr().out
    assert "FAIL  V2 " in out
    assert "FAIL  V14" in out
    assert "checksum is wrong" in out


@pytest.fixture
def believed():
    """Return what one line of JSON says of the example in the specification."""
    folder = Path(__file__).parent.parent / "vectors" / "bundles"
    row = json.loads((folder / "manifest.json").read_text("utf-8"))[0]
    return folder / row["bundle"], folder / row["policy"], row["expect"]


def test_one_line_of_json_says_it_all(believed, capsys):
    bundle, policy, expected = believed

    assert run("verify", bundle, "--policy", policy, "--json") == 0
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert line == json.dumps(expected, separators=(",", ":")) + "\n"
    assert list(json.loads(line)["checks"]) == [f"V{number}" for number in range(1, 15)]


def test_json_keeps_the_exit_codes(tmp_path, policy, capsys):
    story = told(Story(mode="D1", tamper={"result": with_entry(seed="00" * 32)}))
    bad = tmp_path / "bad"
    bad.write_bytes(b"no bundle")

    assert run("verify", write(tmp_path, story.bundle()), "--policy", policy, "--json") == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "refused"
    assert run("verify", bad, "--policy", policy, "--json") == 2
    assert json.loads(capsys.readouterr().out) == MALFORMED
    assert run("verify", bad, "--policy", bad, "--json") == 2
    assert json.loads(capsys.readouterr().out) == MALFORMED
    assert run("verify", tmp_path / "nowhere", "--policy", policy, "--json") == 2
    assert capsys.readouterr().out == ""


def test_a_batch_is_answered_line_by_line(tmp_path, believed, policy, capsys):
    bundle, trusted, expected = believed
    bad, batch = tmp_path / "bad", tmp_path / "batch"
    bad.write_bytes(b"no bundle")
    numbers = write(tmp_path, told(Story(mode="B")).bundle())
    drawn = ",".join(map(str, range(1, 60, 3)))
    batch.write_text(
        f"{bundle}\t{trusted}\t\n{bad}\t{policy}\t\n{numbers}\t{policy}\t{drawn}\n"
        f"{numbers}\t{policy}\n{numbers}\t{policy}\tone\n"
    )

    assert run("verify", "--batch", batch) == 0
    first, second, third, fourth, fifth = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first, second, fifth) == (expected, MALFORMED, MALFORMED)
    assert (third["checks"]["V8"], fourth["checks"]["V8"]) == ("ok", "flagged")


def test_a_batch_names_its_files_itself(tmp_path, policy, capsys):
    batch = tmp_path / "batch"
    batch.write_text(f"{tmp_path}/nowhere\t{policy}\t\n")

    assert run("verify", "--batch", batch) == 2
    with pytest.raises(SystemExit):
        run("verify", "--batch", batch, "--policy", policy)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"not a zip", b"\0" * 1000])
def test_malformed_input_exits_2(tmp_path, policy, capsys, content):
    path = tmp_path / "bundle"
    path.write_bytes(content)

    assert run("verify", path, "--policy", policy) == 2
    assert "malformed bundle" in capsys.readouterr().err


def test_a_missing_file_exits_2(tmp_path, policy, capsys):
    assert run("verify", tmp_path / "nothing", "--policy", policy) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_faulty_policy_exits_2(tmp_path, capsys):
    policy = tmp_path / "policy"
    policy.write_text("quorum none\n")

    assert run("verify", tmp_path / "nothing", "--policy", policy) == 2
    assert "lists no log" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["verify"], ["verify", "bundle"], ["redraw"]])
def test_wrong_usage_exits_2(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(*words)
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        (",".join(map(str, range(1, 60, 3))), 0),
        ("，".join(map(str, range(58, 0, -3))), 0),
        (" . ".join(map(str, range(1, 60, 3))), 0),
        ("1,2,3", 1),
        ("one", 2),
    ],
)
def test_numbers_seen_on_television_are_compared(tmp_path, policy, numbers, code):
    bundle = write(tmp_path, told(Story(mode="B")).bundle())

    assert run("verify", bundle, "--policy", policy, "--numbers", numbers) == code


def test_a_trustee_makes_a_key_and_proves_its_value(tmp_path, capsys):
    key = tmp_path / "supervisor.key"

    assert run("vrf-keygen", key) == 0
    public = capsys.readouterr().out.strip()
    assert key.stat().st_mode & 0o777 == 0o600
    assert run("vrf-prove", "--key", key, "--alpha", "00ff") == 0
    proof = capsys.readouterr().out.strip()
    assert len(vrf.verify(bytes.fromhex(public), b"\x00\xff", bytes.fromhex(proof))) == 64


def test_a_key_is_never_overwritten(tmp_path, capsys):
    key = tmp_path / "key"
    key.write_text("precious")

    assert run("vrf-keygen", key) == 2
    assert key.read_text() == "precious"
    assert "an existing key is kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [("ab" * 32, 0o644, "chmod 600"), ("ab" * 31, 0o600, "no key file"), ("é", 0o600, "no key")],
)
def test_a_key_file_that_is_open_or_wrong_is_refused(tmp_path, capsys, content, mode, reason):
    key = tmp_path / "key"
    key.write_text(content)
    key.chmod(mode)

    assert run("vrf-prove", "--key", key, "--alpha", "00") == 2
    assert reason in capsys.readouterr().err


def test_a_trustee_can_check_the_draw_before_proving(tmp_path, policy, capsys):
    story = Story(mode="D2")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.cut()
    key = tmp_path / "key"
    run("vrf-keygen", key)
    public = bytes.fromhex(capsys.readouterr().out.strip())
    bundle = write(tmp_path, story.bundle())

    assert run("vrf-prove", "--key", key, "--bundle", bundle, "--policy", policy) == 0
    proof = bytes.fromhex(capsys.readouterr().out.strip())
    assert vrf.verify(public, lottery.alpha(story.frozen, story.reveals), proof)
    story.cut_times = {"w1": T_PHI, "w2": T_PHI}
    late = write(tmp_path, story.bundle())
    assert run("vrf-prove", "--key", key, "--bundle", late, "--policy", policy) == 2
    assert "do not prove anything" in capsys.readouterr().err


@pytest.mark.parametrize(("t_phi", "code"), [(1_700_000_000, 0), (7_700_000_000, 2)])
def test_a_trustee_proves_by_its_own_clock_when_no_reveal_can_come(tmp_path, capsys, t_phi, code):
    drawing = Drawing(mode="D2", firms=2)
    drawing.t_phi, drawing.now = t_phi, t_phi
    bundle, policy, key = (tmp_path / name for name in ("bundle", "policy", "key"))
    bundle.write_bytes(drawing.until_cut().data())
    policy.write_bytes(POLICIES["one"])
    run("vrf-keygen", key)
    capsys.readouterr()

    assert run("vrf-prove", "--key", key, "--bundle", bundle, "--policy", policy) == code
    said = capsys.readouterr()
    assert bool(said.out) == (code == 0)
    assert ("until 2214-01-02 16:52:20+08:00" in said.err) == (code != 0)


@pytest.mark.parametrize(
    "words",
    [
        ["--key", "k"],
        ["--key", "k", "--alpha", "00", "--bundle", "b"],
        ["--key", "k", "--bundle", "b"],
        ["--key", "k", "--alpha", "00", "--policy", "p"],
        ["--key", "k", "--alpha", "0"],
        ["--key", "k", "--alpha", "xx"],
    ],
)
def test_proving_needs_one_clear_input(words):
    assert run("vrf-prove", *words) == 2


def test_a_firm_checks_its_ticket_by_hand(capsys):
    seed = bytes(range(32))

    assert run("ticket", "--seed", seed.hex(), FIRMS[0], "--number", "2") == 0
    hashed, digest = capsys.readouterr().out.split()
    assert sha256(bytes.fromhex(hashed)).hexdigest() == digest
    assert bytes.fromhex(hashed) == lottery.ticket_input(seed, FIRMS[0], 2)
    assert run("ticket", "--seed", seed.hex(), FIRMS[0]) == 0
    assert capsys.readouterr().out.split()[0] == lottery.ticket_input(seed, FIRMS[0], 0).hex()


@pytest.mark.parametrize(
    "words",
    [
        ["--seed", "00", FIRMS[0]],
        ["--seed", "zz", FIRMS[0]],
        ["--seed", "00" * 32, "short"],
        ["--seed", "00" * 32, FIRMS[0], "--number", "-1"],
    ],
)
def test_a_ticket_needs_a_seed_and_a_firm(words):
    assert run("ticket", *words) == 2


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("receipt", ["file", "--policy=p"]),
        ("vrf-keygen", ["file"]),
        ("vrf-prove", ["--key=k"]),
        ("vrf-split", ["--key=k", "--threshold=2", "--shares=3", "--out=d"]),
        ("vrf-join", ["share", "--out=f"]),
        ("contribute", ["keygen", "file"]),
        ("contribute register", ["--key=k", "--who=w"]),
        ("contribute commit", ["--notice=n", "--who=w", "--secret=s"]),
        ("contribute reveal", ["--secret=s"]),
    ],
)
def test_a_command_says_what_it_lacks(command, needed):
    for lacking in range(len(needed)):
        with pytest.raises(SystemExit) as ended:
            run(*command.split(), *needed[:lacking], *needed[lacking + 1 :])
        assert ended.value.code == 2


def test_a_stranger_can_check_a_draw_with_nothing_installed(tmp_path, policy):
    shutil.copytree(
        Path(lottery.__file__).parent,
        tmp_path / "lottery",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    command = [sys.executable, "-S", "-E", "-m", "lottery", "verify"]
    plain = {"LANG": "C", "LC_ALL": "C", "PATH": os.environ["PATH"]}

    def verify(bundle):
        return subprocess.run(
            [*command, str(write(tmp_path, bundle)), "--policy", str(policy)],
            cwd=tmp_path,
            env=plain,
            capture_output=True,
            check=False,
        )

    honest = told(Story(mode="A")).bundle()
    forged = replace(honest, list_file=honest.list_file.replace(b'"weight":1', b'"weight":2', 1))
    first, second = verify(honest), verify(forged)

    assert first.returncode == 0, first.stderr
    assert "全部通过" in first.stdout.decode("utf-8")
    assert second.returncode == 1, second.stderr
    assert "未通过 / FAILED: V6" in second.stdout.decode("utf-8")
    assert lottery.examine(honest, a_policy()).ok
