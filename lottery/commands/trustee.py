"""For trustees of modes C and D: make a key, keep it in shares, and prove a value."""

import argparse
import time
from pathlib import Path

from lottery import shamir
from lottery.beacon import vrf
from lottery.commands.files import (
    HOLDS,
    UsageError,
    from_hex,
    new_key,
    read,
    read_key,
    read_policy,
    read_text,
    say,
    write_secret,
)
from lottery.verify import alpha_to_prove


def add_keygen(keygen: argparse.ArgumentParser) -> None:
    """Describe ``vrf-keygen``."""
    keygen.add_argument("file", type=Path, metavar="FILE")
    keygen.set_defaults(run=make_key)


def add_prove(prove: argparse.ArgumentParser) -> None:
    """Describe ``vrf-prove``."""
    prove.add_argument("--key", type=Path, required=True, metavar="FILE")
    prove.add_argument("--alpha", metavar="HEX", help="由您自行核对过的输入 / an input you checked")
    prove.add_argument("--bundle", type=Path, help="先核对名单已冻结 / check the freeze first")
    prove.add_argument("--policy", type=Path, help="与 --bundle 同用 / together with --bundle")
    prove.set_defaults(run=prove_value)


def add_split(split: argparse.ArgumentParser) -> None:
    """Describe ``vrf-split``."""
    split.add_argument("--key", type=Path, required=True, metavar="FILE")
    split.add_argument(
        "--threshold", type=int, required=True, metavar="T", help="恢复所需份数 / shares needed"
    )
    split.add_argument(
        "--shares", type=int, required=True, metavar="N", help="总份数 / shares made"
    )
    split.add_argument("--out", type=Path, required=True, metavar="DIR")
    split.set_defaults(run=split_key)


def add_join(join: argparse.ArgumentParser) -> None:
    """Describe ``vrf-join``."""
    join.add_argument("share", type=Path, nargs="+", metavar="SHARE")
    join.add_argument("--out", type=Path, required=True, metavar="FILE")
    join.set_defaults(run=join_key)


def split_key(options: argparse.Namespace) -> int:
    """Write the shares of a key, one file for each keeper, and print their names."""
    secret = read_key(options.key)
    made = shamir.split(
        secret, vrf.public_key(secret), threshold=options.threshold, shares=options.shares
    )
    if not options.out.is_dir():
        raise UsageError(f"{options.out} is not a folder")
    for share in made:
        path = options.out / f"share-{share.number}-of-{share.shares}.txt"
        write_secret(path, share.to_text())
        say(str(path))
    return HOLDS


def join_key(options: argparse.Namespace) -> int:
    """Restore a key from shares, and print the public one."""
    shares = [shamir.parse_share(read_text(path)) for path in options.share]
    secret = shamir.join(shares, vrf.public_key)
    write_secret(options.out, secret.hex() + "\n")
    say(vrf.public_key(secret).hex())
    return HOLDS


def make_key(options: argparse.Namespace) -> int:
    """Make a trustee's key and print the public one."""
    say(vrf.public_key(new_key(options.file)).hex())
    return HOLDS


def prove_value(options: argparse.Namespace) -> int:
    """Print a trustee's proof."""
    if (options.alpha is None) == (options.bundle is None):
        raise UsageError("give either --alpha or --bundle with --policy")
    if (options.bundle is None) != (options.policy is None):
        raise UsageError("--bundle and --policy go together")
    if options.bundle is None:
        alpha = from_hex(options.alpha, "--alpha")
    else:
        now = int(time.time())
        alpha = alpha_to_prove(read(options.bundle), read_policy(options.policy), now=now)
    say(vrf.prove(read_key(options.key), alpha).hex())
    return HOLDS
