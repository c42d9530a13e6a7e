"""The verifier in JavaScript: third-party vectors for its parts, and whole bundles."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lottery.beacon.edwards25519 import ORDER
from tests.verifiers.javascript import call
from tests.verifiers.programs import JAVASCRIPT, ask, need, run

VECTORS = Path(__file__).parent.parent / "vectors"
BUNDLES = VECTORS / "bundles"
MANIFEST = json.loads((BUNDLES / "manifest.json").read_text(encoding="utf-8"))
EXAMPLE = VECTORS / "proposed" / "example-draw"
INTEROP = VECTORS / "interop-log"


@pytest.fixture(autouse=True, scope="module")
def _node():
    need("javascript")


def vectors(name: str):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def unbase64(text: str) -> bytes:
    return base64.b64decode(text)


# Third-party vectors


@pytest.mark.parametrize("name", ["sha256", "sha512"])
def test_hashes_agree_with_the_standard_library_around_every_block_boundary(name):
    messages = [bytes(range(256)) * 2 + b"x" * 100][0]
    lengths = [*range(140), 239, 240, 241, 255, 256, 600]
    answers = call(*(("crypto/hash.js", name, messages[:length]) for length in lengths))
    assert answers == [hashlib.new(name, messages[:length]).digest() for length in lengths]


def test_vrf_proves_and_verifies_the_examples_of_rfc_9381():
    cases = vectors("rfc9381-ecvrf-edwards25519.json")["vectors"]
    for case in cases:
        secret, key, alpha = (bytes.fromhex(case[name]) for name in ("sk", "pk", "alpha"))
        pi, beta = bytes.fromhex(case["tai"]["pi"]), bytes.fromhex(case["tai"]["beta"])
        other = pi[:-1] + bytes([pi[-1] ^ 1])
        elligator = bytes.fromhex(case["ell2"]["pi"])
        assert call(
            ("crypto/vrf.js", "prove", secret, alpha),
            ("crypto/vrf.js", "verify", key, alpha, pi),
            ("crypto/vrf.js", "verify", key, alpha + b"x", pi),
            ("crypto/vrf.js", "verify", key, alpha, other),
            ("crypto/vrf.js", "verify", key, alpha, elligator),
            ("crypto/vrf.js", "verify", bytes(32), alpha, pi),
        ) == [pi, beta, None, None, None, None]


def test_drand_rounds_are_verified_and_each_only_as_itself():
    data = vectors("drand-quicknet.json")
    chain, questions, wanted = data["chain_info"]["hash"], [], []
    for beacon in [*data["beacons"], *data["must_fail"]]:
        number, signature = beacon["round"], bytes.fromhex(beacon["signature"])
        bent = signature[:-1] + bytes([signature[-1] ^ 1])
        questions += [
            (chain, number, signature),
            (chain, number + 1, signature),
            (chain, number, bent),
            ("0" * 64, number, signature),
        ]
        wanted += [beacon in data["beacons"], False, False, False]
    assert call(*(("crypto/drand.js", "verifyRound", *each) for each in questions)) == wanted


def test_the_time_of_rounds_is_drands_own():
    data = vectors("drand-quicknet.json")
    for example in data["round_time_examples"]:
        (chain,) = call(("crypto/drand.js", "chainOf", data["chain_info"]["hash"]))
        time, first = call(
            ("crypto/drand.js", "timeOfRound", chain, example["round"]),
            ("crypto/drand.js", "firstRoundFrom", chain, example["unix"]),
        )
        assert time <= example["unix"] < time + data["chain_info"]["period"]
        assert first == example["round"] + (time < example["unix"])


def test_a_signature_that_is_no_point_of_the_group_is_refused():
    wrong = {
        "at infinity": "c0" + "00" * 47,
        "of another order": "80" + "00" * 47,
        "not marked as compressed": "00" * 48,
        "x not below the prime": "9f" + "ff" * 47,
        "too short": "ab",
    }
    points = call(
        *(("crypto/g1.js", "decodePoint", bytes.fromhex(each)) for each in wrong.values())
    )
    assert points == [None] * len(wrong)


def test_hashing_to_the_curve_gives_the_points_of_rfc_9380():
    data = vectors("rfc9380-bls12381g1.json")
    tag = data["dst"].encode()
    answers = call(
        *(("crypto/g1.js", "hashToPoint", case["msg"].encode(), tag) for case in data["vectors"])
    )
    wanted = [{name: int(case["P"][name], 16) for name in "xy"} for case in data["vectors"]]
    assert answers == wanted
    expand = data["expand_message_xmd"]
    tag = expand["dst"].encode()
    for case in expand["vectors"]:
        length = int(case["len_in_bytes"], 16)
        assert call(("crypto/g1.js", "expandMessage", case["msg"].encode(), tag, length)) == [
            bytes.fromhex(case["uniform_bytes"])
        ]


def test_ed25519_agrees_with_another_library_and_is_strict():
    secret, message = b"\x07" * 32, "本次抽取".encode()
    library = Ed25519PrivateKey.from_private_bytes(secret)
    key, signature = library.public_key().public_bytes_raw(), library.sign(message)
    response = int.from_bytes(signature[32:], "little")
    unreduced = signature[:32] + (response + ORDER).to_bytes(32, "little")
    neutral = b"\x01" + bytes(31)
    path = "crypto/ed25519.js"
    assert call(
        (path, "publicKey", secret),
        (path, "sign", secret, message),
        (path, "verify", key, message, signature),
        (path, "verify", key, message + b"x", signature),
        (path, "verify", key, message, unreduced),
        (path, "verify", neutral, message, neutral + bytes(32)),
        (path, "verify", b"\xff" * 32, message, signature),
        (path, "verify", key, message, signature[:-1]),
    ) == [key, signature, True, False, False, False, False, False]


def test_merkle_proofs_are_judged_as_the_vectors_say():
    data = vectors("rfc6962-merkle.json")
    leaves = [
        hashlib.sha256(b"\0" + bytes.fromhex(item)).digest() for item in data["leaf_inputs_hex"]
    ]
    sizes = range(len(leaves) + 1)
    path = "format/merkle.js"
    roots = call(*((path, "rootOf", leaves[:size]) for size in sizes))
    assert [root.hex() for root in roots] == data["root_hashes_by_size"]
    inclusion = call(
        *(
            (
                *(
                    path,
                    "isIncluded",
                    unbase64(case["leafHash"]),
                    case["leafIdx"],
                    case["treeSize"],
                ),
                *([unbase64(item) for item in case["proof"] or []], unbase64(case["root"])),
            )
            for case in data["inclusion"]
        )
    )
    assert inclusion == [not case["wantErr"] for case in data["inclusion"]]
    consistency = call(
        *(
            (
                *(path, "isConsistent"),
                {"size": case["size1"], "root": unbase64(case["root1"])},
                {"size": case["size2"], "root": unbase64(case["root2"])},
                [unbase64(item) for item in case["proof"] or []],
            )
            for case in data["consistency"]
            if case["size1"] > 0  # a cut is never empty
        )
    )
    # One case has roots of another length, which our text refuses before anything is hashed.
    cases = [case for case in data["consistency"] if case["size1"] > 0]
    assert consistency == [
        not case["wantErr"] and len(unbase64(case["root1"])) == 32 for case in cases
    ]


def test_json_has_one_spelling():
    data = vectors("jcs.json")
    outside = {"€", "\r", "-1"}  # what the profile leaves out: such keys, negative numbers
    for _, canonical in data["cases"]:
        (answer,) = call(("format/json.js", "parseCanonical", canonical.encode()))
        if any(sign in canonical for sign in outside) or "\\r" in canonical:
            assert "error" in answer
        else:
            assert answer == json.loads(canonical)


OTHER_SPELLINGS = [
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '{"a":1}\n',
    '{"a":1.0}',
    '{"a":1e3}',
    '{"a":01}',
    '{"a":-0}',
    '{"a":9007199254740992}',
    '{"a":"\\u0041"}',
    '{"a":"\\u000a"}',
    '{"a":"\\u001F"}',
    '{"a":"\\/"}',
    '{"a":"\\ud800"}',
    '{"A":1}',
    '{"__proto__":1}',
    '{"":1}',
    "[1,]",
    "[" * 100 + "]" * 100,
    "NaN",
    "truely",
    "",
]


def test_another_spelling_is_refused():
    answers = call(
        *(("format/json.js", "parseCanonical", text.encode()) for text in OTHER_SPELLINGS)
    )
    read = [
        text
        for text, answer in zip(OTHER_SPELLINGS, answers, strict=True)
        if "error" not in (answer or {})
    ]
    assert read == []


def test_escapes_and_scripts_are_read():
    value = {"a": '\b\t\n\f\r"\\\x01\x1f\x7f汉字😀'}
    canonical = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert call(("format/json.js", "parseCanonical", canonical.encode())) == [value]


def test_a_byte_order_mark_and_broken_utf_8_are_refused():
    answers = call(
        ("format/json.js", "parseCanonical", b"\xef\xbb\xbf1"),
        ("format/json.js", "parseCanonical", b'"\xff"'),
        ("format/json.js", "parseCanonical", b'"\xed\xa0\x80"'),
    )
    assert all("error" in answer for answer in answers)


def test_notes_of_other_logs_are_verified():
    data = vectors("signed-note.json")
    for wanted, cases in ((True, data["notes"]), ({"error": "wrong-signature"}, data["must_fail"])):
        for case in cases:
            note, key = call(
                ("format/note.js", "parseNote", case["note"].encode()),
                ("format/note.js", "parseVerifierKey", case["vkey"]),
            )
            assert call(("format/note.js", "isSignedBy", note, key)) == [wanted]


def test_a_log_of_another_writer_is_read():
    checkpoint, key, witness, proof, leaf = (
        (INTEROP / name).read_bytes()
        for name in ("checkpoint", "log.vkey", "w1.vkey", "proof.tlog-proof", "leaf.bin")
    )
    path = "format/note.js"
    parsed, vkey, cosigner, receipt = call(
        (path, "parseCheckpoint", checkpoint),
        (path, "parseVerifierKey", key.decode().strip()),
        (path, "parseVerifierKey", witness.decode().strip()),
        (path, "parseProof", proof),
    )
    place = (receipt["index"], parsed["size"], receipt["path"], parsed["root"])
    hashed = hashlib.sha256(b"\0" + leaf).digest()
    assert call(
        (path, "isSignedBy", parsed, vkey),
        ("format/merkle.js", "isIncluded", hashed, *place),
    ) == [True, True]
    (times,) = call((path, "cosignedAt", parsed, cosigner))
    assert len(times) == 1


# The protocol's own examples


def test_layouts_give_the_worked_examples():
    for case in vectors("proposed/draw-v1-examples.json")["cases"]:
        draw = bytes.fromhex(case["draw_id"])
        freeze = hashlib.sha256(b"\0" + case["freeze_entry"].encode()).digest()
        reveals = [c["reveal"] and bytes.fromhex(c["reveal"]) for c in case["contributors"]]
        phi, seed = bytes.fromhex(case["phi"]), bytes.fromhex(case["seed"])
        digest = bytes.fromhex(case["reveals_digest"])
        path = "protocol/layouts.js"
        firms = [(c["id"], c["weight"], bytes.fromhex(c["enrol_hash"])) for c in case["candidates"]]
        answers = call(
            (path, "drawIdOf", case["notice_entry"].encode()),
            (path, "revealsDigest", reveals),
            (path, "seedOf", draw, freeze, digest, phi),
            *((path, "candidateLeaf", *firm) for firm in firms),
        )
        assert answers[:3] == [draw, digest, seed]
        listed = [{"firm": firm, "weight": weight} for firm, weight, _ in firms]
        root, order = call(
            ("format/merkle.js", "rootOf", answers[3:]),
            ("protocol/selection.js", "orderOf", seed, listed),
        )
        assert root.hex() == case["list_root"]
        assert [[row["ticket"], row["firm"]] for row in order] == case["order"]
        for each in case["contributors"]:
            if each["reveal"] is not None:
                value = bytes.fromhex(each["reveal"])
                (commit,) = call((path, "commitOf", draw, each["id"], value))
                assert commit.hex() == each["commit"]


def test_the_line_for_a_shell_hashes_to_the_ticket():
    line = {"seed": "ab" * 32, "firm": "91310000MA1FL00023", "weight": 7}
    (told,) = call(("index.js", "ticketLine", *line.values()))
    assert told["command"] == f"echo {told['bytes']} | xxd -r -p | sha256sum"
    assert hashlib.sha256(bytes.fromhex(told["bytes"])).hexdigest() == told["ticket"]


# Whole bundles


def test_every_bundle_of_the_manifest_is_judged_as_it_says(tmp_path):
    questions = [
        (BUNDLES / case["bundle"], BUNDLES / case["policy"], case["numbers"]) for case in MANIFEST
    ]
    answers = ask("javascript", tmp_path, questions)
    wrong = {
        case["name"]: answer
        for case, answer in zip(MANIFEST, answers, strict=True)
        if answer != case["expect"]
    }
    assert wrong == {}


def test_the_command_line_tells_and_exits_as_the_specification_says(tmp_path):
    believed = run("javascript", EXAMPLE / "draw.ismdraw.zip", "--policy", EXAMPLE / "policy")
    assert (believed.returncode, believed.stderr) == (0, "")
    assert "91310000MA1FL00101" in believed.stdout.splitlines()[-1]
    refused = run(
        *("javascript", BUNDLES / "v6-left-out.zip", "--policy", BUNDLES / "policy-one", "--json")
    )
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["checks"]["V6"] == "failed"
    junk = tmp_path / "junk"
    junk.write_bytes(b"junk")
    for words in ((junk, "--policy", EXAMPLE / "policy"), ("--nonsense",), (), (junk,)):
        assert run("javascript", *words).returncode == 2
    missing = run("javascript", tmp_path / "none", "--policy", EXAMPLE / "policy", "--json")
    assert missing.returncode == 2
    assert json.loads(missing.stdout) == {
        "checks": {},
        "draw": None,
        "seed": None,
        "selected": [],
        "verdict": "malformed",
    }


def test_node_18_takes_the_files_as_modules():
    package = json.loads((JAVASCRIPT.parent / "package.json").read_text(encoding="utf-8"))
    assert package["type"] == "module"


def test_no_module_is_longer_than_the_house_allows_or_evaluates_text():
    for path in JAVASCRIPT.parent.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, path
        assert "eval(" not in text, path
        assert "new Function" not in text, path
