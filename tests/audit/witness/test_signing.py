"""The extra line: made by a real external command, ignored by whoever does not know its key."""

import base64
import subprocess
import sys

import pytest

from audit.errors import MalformedError
from audit.keys import parse_vkey
from audit.note import open_note, parse
from audit.witness import signing
from audit.witness.signing import PRIVATE_TYPE, CommandSigner
from tests.audit.making import NOW
from tests.audit.witness.serving import a_running_witness, a_tree, send

TREE = a_tree(9)
# GM/T 0009-2012, section 10: the signer's name where no other was agreed on.
DISTID = "distid:1234567812345678"


def openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def sm2_key(tmp_path_factory):
    """A key pair of SM2, made by OpenSSL as a signing service would make it."""
    folder = tmp_path_factory.mktemp("sm2")
    curve = "ec_paramgen_curve:SM2"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", folder / "key.pem")
    openssl("pkey", "-in", folder / "key.pem", "-pubout", "-out", folder / "public.pem")
    openssl("pkey", "-in", folder / "key.pem", "-pubout", "-outform", "DER", "-out", folder / "der")
    return folder


def an_sm2_signer(folder) -> CommandSigner:
    script = f"openssl dgst -sm3 -sign {folder}/key.pem -sigopt {DISTID} | base64"
    return CommandSigner("w1.example", (folder / "der").read_bytes(), ("sh", "-c", script))


def command(program: str) -> CommandSigner:
    return CommandSigner("w1.example", b"key", (sys.executable, "-c", program))


def test_sm2_with_sm3_by_an_external_command(tmp_path, sm2_key):
    signer = an_sm2_signer(sm2_key)
    with a_running_witness(tmp_path / "w", name="w1.example", extra=[signer]) as witness:
        answer = send(witness.url, TREE.request(0, 9))
        note, verified = open_note(TREE.note(9) + answer.body, witness.verifiers)
        assert len(verified) == 1  # who does not know the key passes over its line
        (line,) = [one for one in note.signatures if one.key_id == signer.key_id]
        seconds = int.from_bytes(line.value[:8], "big")
        assert seconds == int(NOW.timestamp())
        kept = parse(witness.folder.store.latest(TREE.signer.name).note)
        assert line in kept.signatures

    (tmp_path / "message").write_bytes(signing.message(note.text, seconds))
    (tmp_path / "signature").write_bytes(line.value[8:])
    check = ["dgst", "-sm3", "-verify", sm2_key / "public.pem", "-sigopt", DISTID]
    check += ["-signature", tmp_path / "signature"]
    openssl(*check, tmp_path / "message")
    (tmp_path / "other").write_bytes(signing.message(note.text, seconds + 1))
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*check, tmp_path / "other")


def test_its_key_has_a_private_type_and_an_id_as_recommended(sm2_key):
    signer = an_sm2_signer(sm2_key)
    name, key_id, key = signer.vkey.split("+", 2)
    assert (name, key_id) == ("w1.example", signer.key_id.hex())
    assert base64.b64decode(key) == PRIVATE_TYPE + signer.public_key
    assert PRIVATE_TYPE[0] == 0xFF
    with pytest.raises(MalformedError, match="not supported"):
        parse_vkey(signer.vkey)


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(1)",
        "print('not base64!')",
        "print('')",
        "print('A' * 4096)",
        "import os; os._exit(9)",
    ],
)
def test_a_command_that_fails_costs_its_line_and_nothing_else(tmp_path, program):
    with a_running_witness(tmp_path / "w", extra=[command(program)]) as witness:
        answer = send(witness.url, TREE.request(0, 9))
        assert answer.status == 200
        assert answer.body.count(b"\n") == 1


def test_a_command_that_is_not_there_or_hangs_costs_its_line_too(monkeypatch):
    text = TREE.checkpoint(9).text
    missing = CommandSigner("w1.example", b"key", ("/nonexistent/signer",))
    assert missing.cosign(text, NOW) is None
    monkeypatch.setattr(signing, "PATIENCE_SECONDS", 0.2)
    assert command("import time; time.sleep(30)").cosign(text, NOW) is None


def test_the_command_gets_the_message_and_no_more():
    echo = command("import sys, base64; print(base64.b64encode(sys.stdin.buffer.read()).decode())")
    text = TREE.checkpoint(9).text
    line = echo.cosign(text, NOW)
    seconds = int(NOW.timestamp())
    expected = f"zjcs/sm2-with-sm3-cosignature/v1\ntime {seconds}\n{text}".encode()
    assert line.value == seconds.to_bytes(8, "big") + expected
