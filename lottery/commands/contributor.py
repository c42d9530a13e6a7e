"""For contributors: a key, a commitment before the close, and its value after the freeze."""

import argparse
import json
import secrets
from pathlib import Path
from typing import Final

from lottery.beacon import ed25519
from lottery.commands.files import (
    HOLDS,
    UsageError,
    read,
    read_policy,
    read_secret,
    read_text,
    say,
    write_secret,
)
from lottery.encoding import HASH_BYTES, dumps_canonical, loads_canonical, unhex
from lottery.entries import MAX_ENTRY_BYTES, Notice, Reveal, decode
from lottery.errors import LotteryError
from lottery.seed import commit, commit_message, enrolment_number
from lottery.verify import check_before_revealing

KEY_LABEL: Final = "zjcs-contributor-secret-v1:"
"""How a contributor's key file begins; 64 hexadecimal digits follow."""

_MEMBERS: Final = {"draw", "value", "who"}


def add_contribute(contribute: argparse.ArgumentParser) -> None:
    """Describe ``contribute`` and what is below it."""
    below = contribute.add_subparsers(required=True, metavar="STEP")
    keygen = below.add_parser("keygen", help="生成出数方密钥 / make a contributor's key")
    keygen.add_argument("file", type=Path, metavar="FILE")
    keygen.set_defaults(run=make_key)
    register = below.add_parser("register", help="登记要的公钥和证明 / what registering asks for")
    register.add_argument("--key", type=Path, required=True, metavar="FILE")
    register.add_argument(
        "--who", required=True, metavar="NAME", help="贵单位在公告中的名称 / your name in notices"
    )
    register.set_defaults(run=show_key)
    commitment = below.add_parser("commit", help="截止前作出承诺 / commit before the close")
    commitment.add_argument(
        "--notice", type=Path, required=True, metavar="FILE", help="公告条目 / the NOTICE entry"
    )
    commitment.add_argument(
        "--who", required=True, metavar="NAME", help="公告中的名称，或 enrol:N / your name in it"
    )
    commitment.add_argument(
        "--key", type=Path, metavar="FILE", help="公告列有公钥时必填 / if the notice has your key"
    )
    commitment.add_argument(
        "--secret", type=Path, required=True, metavar="FILE", help="保存随机数的新文件 / a new file"
    )
    commitment.set_defaults(run=make_commitment)
    reveal = below.add_parser("reveal", help="冻结后揭示 / reveal after the freeze")
    reveal.add_argument("--secret", type=Path, required=True, metavar="FILE")
    reveal.add_argument("--bundle", type=Path, help="先核对名单已冻结 / check the freeze first")
    reveal.add_argument("--policy", type=Path, help="与 --bundle 同用 / together with --bundle")
    reveal.add_argument(
        "--unchecked", action="store_true", help="已自行核对名单冻结 / you checked it yourself"
    )
    reveal.set_defaults(run=reveal_value)


def make_key(options: argparse.Namespace) -> int:
    """Make a contributor's key and print the public one."""
    secret = secrets.token_bytes(HASH_BYTES)
    write_secret(options.file, f"{KEY_LABEL}{secret.hex()}\n")
    say(ed25519.public_key(secret).hex())
    return HOLDS


def show_key(options: argparse.Namespace) -> int:
    """Print a public key, and a signature that shows that its secret half is held."""
    secret = _read_key(options.key)
    proof = ed25519.sign(secret, f"zjcs/contributor-key/v1\n{options.who}".encode())
    _print(proof=proof.hex(), public_key=ed25519.public_key(secret).hex(), who=options.who)
    return HOLDS


def make_commitment(options: argparse.Namespace) -> int:
    """Choose a value, keep it, and print what is logged: the commitment and its signature."""
    notice = _notice(options.notice)
    secret = _signing_key(notice, options)
    draw, value = notice.draw_id, secrets.token_bytes(HASH_BYTES)
    # The disk has the value before anybody sees the commitment: a lost value is an absence.
    kept = {"draw": draw.hex(), "value": value.hex(), "who": options.who}
    write_secret(options.secret, dumps_canonical(dict(kept)).decode("ascii") + "\n")
    committed = commit(draw, options.who, value)
    signature = None
    if secret is not None:
        signature = ed25519.sign(secret, commit_message(draw, committed)).hex()
    _print(commit=committed.hex(), draw=draw.hex(), signature=signature, who=options.who)
    return HOLDS


def reveal_value(options: argparse.Namespace) -> int:
    """Print a value, once the list can no longer be chosen to suit it."""
    kept = _kept(options.secret)
    if (options.bundle is None) != (options.policy is None):
        raise UsageError("--bundle and --policy go together")
    if (options.bundle is None) != options.unchecked:
        raise UsageError("give --bundle and --policy, or --unchecked if you checked it yourself")
    if options.bundle is not None:
        entry = Reveal(at=0, draw=kept["draw"], who=kept["who"], value=kept["value"])
        check_before_revealing(read(options.bundle), read_policy(options.policy), entry)
    _print(**kept)
    return HOLDS


def _notice(path: Path) -> Notice:
    entry = decode(read(path, MAX_ENTRY_BYTES))
    if not isinstance(entry, Notice):
        raise UsageError(f"{path} is an entry of type {entry.kind}, not a notice")
    return entry


def _signing_key(notice: Notice, options: argparse.Namespace) -> bytes | None:
    """Return the secret key with which this committer signs, None if it has none.

    Raises:
        UsageError: The notice does not let it commit, or gives another key.
    """
    keys = {each.who: each.key for each in notice.contributors}
    who = options.who
    if who not in keys and not (notice.firm_commits and enrolment_number(who) is not None):
        raise UsageError(f"the notice does not let {who} contribute")
    public = keys.get(who)
    if public is None:
        if options.key is not None:
            raise UsageError(f"the notice gives no key for {who}, so a signature means nothing")
        return None
    if options.key is None:
        raise UsageError(f"the notice gives a key for {who}: sign with --key FILE")
    secret = _read_key(options.key)
    if ed25519.public_key(secret).hex() != public:
        raise UsageError(f"the notice gives another key for {who}: {public}")
    return secret


def _read_key(path: Path) -> bytes:
    """Return the secret bytes of a contributor's key file.

    The label keeps a file's content from being taken for a public key. Files that were made
    before there was one hold the 64 digits alone, and are read as well.
    """
    text = read_text(path).strip().removeprefix(KEY_LABEL)
    try:
        return unhex(text, HASH_BYTES)
    except ValueError as error:
        raise UsageError(f"{path} is no contributor's key file: {error}") from None


def _kept(path: Path) -> dict[str, str]:
    try:
        value = loads_canonical(read_secret(path).removesuffix(b"\n"))
        if isinstance(value, dict) and set(value) == _MEMBERS:
            kept = {name: str(text) for name, text in value.items()}
            Reveal(at=0, **kept)
            return kept
    except UsageError:
        raise
    except LotteryError:
        pass
    raise UsageError(f"{path} is no file that 'contribute commit' made")


def _print(**members: str | None) -> None:
    say(json.dumps(members, separators=(",", ":")))
