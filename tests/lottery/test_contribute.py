"""A contributor on the command line: it commits before the close and reveals after the freeze."""

import json
from dataclasses import replace

import pytest

import lottery
from lottery.__main__ import main
from lottery.beacon import ed25519
from lottery.commands.contributor import KEY_LABEL
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import POLICIES, Voice


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture
def made(tmp_path, capsys):
    """Return a draw whose contributor's key was made by the command line."""
    assert run("contribute", "keygen", tmp_path / "key") == 0
    public = capsys.readouterr().out.strip()
    contributors = (
        lottery.Contributor(who="regulator", key=public),
        lottery.Contributor(who="notary", key=None),
    )
    drawing = Drawing(
        firms=2,
        firm_commits=True,
        tamper={"notice": lambda entry: replace(entry, contributors=contributors)},
    )
    drawing.publish()
    (tmp_path / "notice").write_bytes(drawing.log.entries[drawing.mine[0]])
    (tmp_path / "policy").write_bytes(POLICIES["one"])
    return drawing


def commit(tmp_path, who, *words):
    kept = tmp_path / f"secret-{who.replace(':', '-')}"
    return run(
        "contribute",
        "commit",
        "--notice",
        tmp_path / "notice",
        "--who",
        who,
        "--secret",
        kept,
        *words,
    )


def test_a_key_file_is_labelled_and_one_from_before_labels_is_read(tmp_path, capsys, made):
    text = (tmp_path / "key").read_text("ascii")
    digits = text.removeprefix(KEY_LABEL).strip()
    assert text == f"{KEY_LABEL}{digits}\n"
    shown = []
    for content in (text, digits):
        (tmp_path / "key").write_text(content, "ascii")
        assert run("contribute", "register", "--key", tmp_path / "key", "--who", "regulator") == 0
        shown.append(json.loads(capsys.readouterr().out))
    assert shown[0] == shown[1]
    key, proof = bytes.fromhex(shown[0]["public_key"]), bytes.fromhex(shown[0]["proof"])
    assert key.hex() == made.notice.contributors[0].key
    assert ed25519.verify(key, b"zjcs/contributor-key/v1\nregulator", proof)
    (tmp_path / "key").write_text(f"other:{digits}", "ascii")
    assert run("contribute", "register", "--key", tmp_path / "key", "--who", "regulator") == 2
    assert "no contributor's key file" in capsys.readouterr().err


def log_commit(drawing, said):
    entry = lottery.Commit(
        at=drawing.t_phi - 3000,
        draw=drawing.id,
        who=said["who"],
        commit=said["commit"],
        signature=said["signature"],
    )
    drawing.commits[said["who"]] = said["commit"]
    drawing.add("commit", entry)


def frozen(drawing):
    """Return a draw as it stands when all are asked to reveal: the cut only comes after that."""
    for step in (drawing.close, drawing.freeze):
        step()
    return drawing


def test_a_contributor_commits_and_reveals(tmp_path, capsys, made):
    made.enrol()
    assert commit(tmp_path, "regulator", "--key", tmp_path / "key") == 0
    said = json.loads(capsys.readouterr().out)
    assert (tmp_path / "secret-regulator").stat().st_mode & 0o777 == 0o600
    assert said["draw"] == made.id
    log_commit(made, said)
    frozen(made)
    bundle = tmp_path / "bundle"
    bundle.write_bytes(made.data())

    words = ["contribute", "reveal", "--secret", tmp_path / "secret-regulator"]
    assert run(*words, "--bundle", bundle, "--policy", tmp_path / "policy") == 0
    shown = json.loads(capsys.readouterr().out)
    opened = lottery.commit(made.notice.draw_id, "regulator", bytes.fromhex(shown["value"]))
    assert opened.hex() == said["commit"]
    assert (shown["draw"], shown["who"]) == (made.id, "regulator")


def test_the_signature_is_that_of_the_notices_key(tmp_path, capsys, made):
    commit(tmp_path, "regulator", "--key", tmp_path / "key")
    said = json.loads(capsys.readouterr().out)
    message = lottery.commit_message(bytes.fromhex(said["draw"]), bytes.fromhex(said["commit"]))
    key = bytes.fromhex(made.notice.contributors[0].key)

    assert ed25519.verify(key, message, bytes.fromhex(said["signature"]))


@pytest.mark.parametrize("who", ["notary", "enrol:0"])
def test_who_has_no_key_commits_unsigned(tmp_path, capsys, made, who):
    assert commit(tmp_path, who) == 0
    assert json.loads(capsys.readouterr().out)["signature"] is None
    assert commit(tmp_path, who) == 2, "a value that is kept is never overwritten"


@pytest.mark.parametrize(
    "refused",
    [
        ("stranger", [], "does not let stranger contribute"),
        ("enrol:00", [], "does not let enrol:00 contribute"),
        ("regulator", [], "sign with --key FILE"),
        ("notary", ["--key", "key"], "gives no key for notary"),
        ("regulator", ["--key", "other"], "gives another key"),
    ],
)
def test_a_commitment_that_would_not_count_is_not_made(tmp_path, capsys, made, refused):
    who, words, reason = refused
    run("contribute", "keygen", tmp_path / "other")
    given = [word if word.startswith("--") else tmp_path / word for word in words]

    assert commit(tmp_path, who, *given) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / f"secret-{who}").exists()


def test_a_notice_must_be_a_notice(tmp_path, capsys, made):
    made.enrol()
    (tmp_path / "notice").write_bytes(made.log.entries[made.mine[1]])

    assert commit(tmp_path, "notary") == 2
    assert "of type enrol, not a notice" in capsys.readouterr().err


def test_nothing_is_revealed_before_witnesses_have_seen_the_freeze(tmp_path, capsys, made):
    made.enrol()
    commit(tmp_path, "notary")
    log_commit(made, json.loads(capsys.readouterr().out))
    bundle = tmp_path / "bundle"
    reveal = [
        *("contribute", "reveal", "--secret", tmp_path / "secret-notary"),
        *("--bundle", bundle, "--policy", tmp_path / "policy"),
    ]
    bundle.write_bytes(made.data())
    assert run(*reveal) == 2
    frozen(made)
    made.final_witnesses = ()
    bundle.write_bytes(made.data())
    assert run(*reveal) == 2
    assert capsys.readouterr().out == ""
    made.final_witnesses = None
    bundle.write_bytes(made.data())
    assert run(*reveal) == 0


def test_nothing_is_revealed_to_a_draw_that_does_not_hold_the_commitment(tmp_path, capsys, made):
    made.enrol()
    commit(tmp_path, "notary")
    capsys.readouterr()
    (tmp_path / "bundle").write_bytes(frozen(made).data())
    other = Drawing(firms=2, voices=(Voice("notary"),)).until_cut()
    (tmp_path / "other").write_bytes(other.data())

    for bundle in ("bundle", "other"):
        words = ["--bundle", tmp_path / bundle, "--policy", tmp_path / "policy"]
        assert run("contribute", "reveal", "--secret", tmp_path / "secret-notary", *words) == 2
    assert capsys.readouterr().out == ""


def test_a_value_is_shown_unchecked_only_on_demand(tmp_path, capsys, made):
    commit(tmp_path, "notary")
    words = ["contribute", "reveal", "--secret", tmp_path / "secret-notary"]

    assert run(*words) == 2
    assert run(*words, "--bundle", tmp_path / "bundle") == 2
    assert run(*words, "--unchecked") == 0
    assert run("contribute", "reveal", "--secret", tmp_path / "key", "--unchecked") == 2
    (tmp_path / "secret-notary").chmod(0o644)
    assert run(*words, "--unchecked") == 2
