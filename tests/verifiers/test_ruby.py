"""The verifier in Ruby: third-party vectors for its parts, and whole bundles."""

import base64
import json
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import pytest

from lottery.archive import write_archive
from lottery.seed import candidate_bytes
from tests.lottery.minilog import policy_text
from tests.verifiers.programs import RUBY, ask, need, run, written

VECTORS = Path(__file__).parent.parent / "vectors"
EXAMPLE = VECTORS / "proposed" / "example-draw"
INTEROP = VECTORS / "interop-log"
BUNDLES = VECTORS / "bundles"
MANIFEST = json.loads((BUNDLES / "manifest.json").read_text(encoding="utf-8"))

# The field prime of BLS12-381.
PRIME = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)

# What is asked of the parts: a JSON array of [method, arguments], strings as base64.
DRIVER = """
require "json"
D = ->(v) { v.is_a?(Array) ? v.map(&D) : v.is_a?(Hash) ? v["b"].unpack1("m0") : v }
E = ->(v) { v.is_a?(Array) ? v.map(&E) : v.is_a?(String) ? { "b" => [v].pack("m0") } : v }
answers = JSON.parse($stdin.read).map do |place, method, arguments|
  target = place.split(".").reduce(Ismdraw) { |all, name| all.const_get(name) }
  E.(target.send(method, *D.(arguments)))
rescue Ismdraw::Bad, Ismdraw::Malformed => e
  { "error" => e.class.name }
end
puts JSON.generate(answers)
"""


@pytest.fixture(autouse=True, scope="module")
def _ruby():
    need("ruby")


def call(*calls):
    """Call methods of the verifier's parts and return their answers."""
    done = subprocess.run(
        ["ruby", "-r", str(RUBY), "-e", DRIVER],
        input=json.dumps([[place, name, list(map(packed, rest))] for place, name, *rest in calls]),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [unpacked(answer) for answer in json.loads(done.stdout)]


def packed(value):
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    return [packed(item) for item in value] if isinstance(value, list) else value


def unpacked(value):
    if isinstance(value, dict) and isinstance(value.get("b"), str):
        return base64.b64decode(value["b"])
    return [unpacked(item) for item in value] if isinstance(value, list) else value


@cache
def vectors(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def test_it_speaks_of_no_warning():
    done = subprocess.run(
        ["ruby", "-wc", str(RUBY)], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("Syntax OK\n", "")


def test_hashing_to_bls12381_is_that_of_rfc_9380():
    data = vectors("rfc9380-bls12381g1.json")
    tag = data["dst"].encode()
    cases = data["vectors"]
    points = call(*(("Bls", "hash_to_g1", each["msg"].encode(), tag) for each in cases))

    assert points == [[int(each["P"]["x"], 16), int(each["P"]["y"], 16)] for each in cases]


def test_real_rounds_of_drand_are_believed_and_no_others():
    data = vectors("drand-quicknet.json")
    chain = data["chain_info"]["hash"]
    rounds = [(each["round"], each["signature"]) for each in data["beacons"]]
    wrong = [
        (rounds[0][0] + 1, rounds[0][1]),
        (rounds[0][0], rounds[1][1]),
        # The negative of the point, the point at infinity, a point of no curve, no compression.
        (rounds[0][0], f"{int(rounds[0][1][0], 16) ^ 2:x}{rounds[0][1][1:]}"),
        (rounds[0][0], "c" + 95 * "0"),
        (rounds[0][0], "8" + 94 * "0" + "1"),
        (rounds[0][0], "1" + rounds[0][1][1:]),
        # An x that is not reduced.
        (
            rounds[0][0],
            f"{PRIME | 1 << 383:x}",
        ),
    ]
    asked = [("", "drand?", chain, number, signature) for number, signature in rounds + wrong]

    assert call(*asked) == [True] * len(rounds) + [False] * len(wrong)


def test_vrf_proofs_are_those_of_rfc_9381():
    cases = vectors("rfc9381-ecvrf-edwards25519.json")["vectors"]
    unhex = bytes.fromhex
    right = [(unhex(c["pk"]), unhex(c["alpha"]), unhex(c["tai"]["pi"])) for c in cases]
    wrong = [(pk, alpha + b"x", pi) for pk, alpha, pi in right]
    wrong += [(unhex(c["pk"]), unhex(c["alpha"]), unhex(c["ell2"]["pi"])) for c in cases]
    betas = call(*(("Edwards", "vrf", *each) for each in right + wrong))

    assert betas[: len(right)] == [unhex(c["tai"]["beta"]) for c in cases]
    assert betas[len(right) :] == [{"error": "Ismdraw::Bad"}] * len(wrong)


def test_merkle_proofs_are_those_of_rfc_6962():
    data = vectors("rfc6962-merkle.json")
    raw = base64.b64decode

    def hashes(items):
        return [raw(item) for item in items or []]

    asked, expected = [], []
    for case in data["inclusion"]:
        if max(case["leafIdx"], case["treeSize"]) < 2**63 and len(raw(case["leafHash"])) == 32:
            path, root = hashes(case["proof"]), raw(case["root"])
            leaf = raw(case["leafHash"])
            asked.append(("", "included?", leaf, case["leafIdx"], case["treeSize"], path, root))
            expected.append(not case["wantErr"])
    for case in data["consistency"]:
        if case["size1"] > 0 and max(case["size1"], case["size2"]) < 2**63:
            old, new = raw(case["root1"]), raw(case["root2"])
            path = hashes(case["proof"])
            asked.append(("", "consistent?", case["size1"], old, case["size2"], new, path))
            expected.append(not case["wantErr"])
    leaves = [bytes.fromhex(item) for item in data["leaf_inputs_hex"]]

    assert call(*asked) == expected
    hashed = call(*(("", "leaf", leaf) for leaf in leaves))
    roots = call(*(("", "root_of", hashed[:size]) for size in range(len(leaves) + 1)))
    assert [root.hex() for root in roots] == data["root_hashes_by_size"]


def test_json_has_one_spelling():
    data = vectors("jcs.json")
    texts = [text for case in data["cases"] for text in case] + data["must_fail_json"]
    answers = call(*(("Json", "parse", text.encode()) for text in texts))

    def in_profile(text):
        profile = {case[1] for case in data["cases"] if all(sign not in case[1] for sign in "-1€")}
        return text in profile

    accepted = [text for text, answer in zip(texts, answers, strict=True) if refused(answer)]
    assert sorted(accepted) == sorted(text for text in texts if not in_profile(text))


def refused(answer):
    return answer == {"error": "Ismdraw::Bad"}


def test_real_checkpoints_of_another_log_verify():
    notes = [n for n in vectors("signed-note.json")["notes"] if "sum.golang.org" in n["name"]]
    script = """
      require "json"
      puts JSON.parse($stdin.read).map { |note, key|
        Ismdraw::Checkpoint.new(note.b).signed_by?(Ismdraw.parse_key(key)) }.inspect
    """
    done = subprocess.run(
        ["ruby", "-r", str(RUBY), "-e", script],
        input=json.dumps([[each["note"], each["vkey"]] for each in notes]),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )

    assert done.stdout == "[true, true, true]\n", done.stderr


@pytest.mark.parametrize(
    "case", vectors("proposed/draw-v1-examples.json")["cases"], ids=lambda case: case["name"]
)
def test_the_worked_examples_are_recomputed(case):
    listed = [(each["id"], each["weight"]) for each in case["candidates"]]
    candidates = [
        candidate_bytes(each["id"], each["weight"], bytes.fromhex(each["enrol_hash"]))
        for each in case["candidates"]
    ]
    script = """
      require "json"
      firms, seed = JSON.parse($stdin.read)
      draw = Ismdraw::Draw.allocate
      puts draw.send(:order_of, firms.to_h, Ismdraw.unhex(seed))
    """
    done = subprocess.run(
        ["ruby", "-r", str(RUBY), "-e", script],
        input=json.dumps([listed, case["seed"]]),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    leaves = call(*(("", "leaf", each) for each in candidates))

    assert done.stdout.split() == [firm for _, firm in case["order"]], done.stderr
    assert call(("", "root_of", leaves)) == [bytes.fromhex(case["list_root"])]


def test_a_draw_is_told_line_by_line_in_two_languages():
    done = run("ruby", EXAMPLE / "draw.ismdraw.zip", "--policy", EXAMPLE / "policy")
    lines = done.stdout.splitlines()

    assert done.returncode == 0
    assert len([line for line in lines if line.startswith(("ok    V", "ok !  V"))]) == 14
    assert lines[1].startswith("ok    V1   检查点由日志签名")
    assert lines[2] == f"{' ' * 11}final：40 条，2 个见证人 / 40 entries, 2 witness(es)"
    assert "ALL CHECKS HOLD; 中选（截至此包的最终检查点） / selected" in lines[-1]


def test_the_exit_says_believed_refused_or_malformed(tmp_path):
    strict, broken = tmp_path / "strict", tmp_path / "broken"
    strict.write_bytes(policy_text("w3"))
    broken.write_bytes(b"quorum two\n")
    bundle = EXAMPLE / "draw.ismdraw.zip"

    assert run("ruby", bundle, "--policy", EXAMPLE / "policy", "--json").returncode == 0
    refused_one = run("ruby", bundle, "--policy", strict, "--json")
    assert (refused_one.returncode, json.loads(refused_one.stdout)["verdict"]) == (1, "refused")
    malformed = run("ruby", bundle, "--policy", broken, "--json")
    assert (malformed.returncode, json.loads(malformed.stdout)["checks"]) == (2, {})
    assert run("ruby", bundle).returncode == 2
    assert run("ruby", bundle, "--policy", EXAMPLE / "policy", "--unknown").returncode == 2


def test_the_whole_log_and_receipts_are_compared(tmp_path):
    # The log of others holds nothing of this draw, and is not the log of its checkpoint.
    example = (EXAMPLE / "draw.ismdraw.zip", "--policy", EXAMPLE / "policy", "--json")
    other = json.loads(run("ruby", *example, "--log", INTEROP).stdout)
    receipt = json.loads(run("ruby", *example, "--receipt", INTEROP / "proof.tlog-proof").stdout)

    assert other["checks"]["V2"] == "failed"
    assert receipt["checks"]["V2"] == "failed"
    assert run("ruby", *example, "--log", tmp_path / "nothing").returncode == 2


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What it says of every bundle of the manifest, by name."""
    questions = [
        (BUNDLES / each["bundle"], BUNDLES / each["policy"], each["numbers"]) for each in MANIFEST
    ]
    said = ask("ruby", tmp_path_factory.mktemp("manifest"), questions)
    return dict(zip((each["name"] for each in MANIFEST), said, strict=True))


@pytest.mark.parametrize("case", MANIFEST, ids=lambda case: case["name"])
def test_it_says_of_a_bundle_what_the_manifest_expects(case, answers):
    assert answers[case["name"]] == case["expect"]


def test_no_changed_member_of_a_bundle_is_believed(tmp_path):
    with zipfile.ZipFile(EXAMPLE / "draw.ismdraw.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    policy = (EXAMPLE / "policy").read_bytes()
    changed = []
    for name, content in members.items():
        for place in range(3, len(content), 97):
            flipped = content[place] ^ (1 << place % 7)
            other = content[:place] + bytes([flipped]) + content[place + 1 :]
            changed.append(write_archive(members | {name: other}))
    answers = ask("ruby", tmp_path, written(tmp_path, [(each, policy, "") for each in changed]))

    assert len(changed) > 200
    assert {answer["verdict"] for answer in answers} == {"refused", "malformed"}
