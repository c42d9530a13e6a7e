"""Odd policies: lines, names, groups and pins that are almost right."""

import json
import re
from functools import partial

from lottery.archive import write_archive
from tests.lottery.minilog import LOG_SEED, ORIGIN, WITNESS_SEEDS, vkey
from tests.verifiers.odd import UNKNOWN, Cases, Odd, plain, typed_key

CASES: Cases = {}

# --- Policies -----------------------------------------------------------------------------------

LOG = f"log {vkey(ORIGIN, 1, LOG_SEED)}"

W1, W2, W3 = (
    f"witness {short} {vkey(f'{short}.example.org', 4, WITNESS_SEEDS[short])}"
    for short in ("w1", "w2", "w3")
)

THREE = f"{LOG}\n{W1}\n{W2}\n{W3}\n"

PLAIN = f"{LOG}\n{W1}\nquorum w1\n"


def with_policy(verdict: str, cases: dict[str, str | bytes]) -> None:
    """Add cases of one ordinary bundle under odd policies."""
    for name, text in cases.items():
        raw = text.encode() if isinstance(text, str) else text
        CASES[f"policy: {name}"] = partial(_under, raw, verdict)


def _under(policy: bytes, verdict: str) -> Odd:
    return Odd(write_archive(plain()), verdict, policy=policy)


PIN = "#@ismdraw vrf-key platform "

CAPITALS = re.sub(r"\+([0-9a-f]{8})\+", lambda m: f"+{m[1].upper()}+", PLAIN)


def named(name: str) -> str:
    """Return a policy that calls its witness by another name."""
    return PLAIN.replace("witness w1", f"witness {name}").replace("quorum w1", f"quorum {name}")


with_policy(
    "believed",
    {
        "comments and blank lines": f"# a\n\n \t \n\t# b\n{PLAIN}",
        "tabs and many spaces": PLAIN.replace(" ", " \t  "),
        "space around lines": "".join(f"\t {line} \t\n" for line in PLAIN.splitlines()),
        "addresses": f"{LOG} https://log.example.cn/\n{W1} https://w.example.cn/\nquorum w1\n",
        "no last line feed": PLAIN[:-1],
        "line ends of windows": PLAIN.replace("\n", "\r\n"),
        "line ends of windows, and of others": PLAIN.replace("\n", "\r\n", 1),
        "line ends of windows but for the last": PLAIN[:-1].replace("\n", "\r\n"),
        "byte order mark": "\ufeff" + PLAIN,
        "byte order mark and line ends of windows": "\ufeff" + PLAIN.replace("\n", "\r\n"),
        "byte order mark before a comment": f"\ufeff# a\r\n{PLAIN}",
        "byte order mark before space": f"\ufeff \t\r\n{PLAIN}",
        "any": f"{THREE}group g any w1 w2 w3\nquorum g\n",
        "all of one": f"{THREE}group g all w1\nquorum g\n",
        "one of three": f"{THREE}group g 1 w1 w2 w3\nquorum g\n",
        "groups of groups": (
            f"{THREE}group a any w1 w2\ngroup b any w3\ngroup c 1 a b\nquorum c\n"
        ),
        "a group of one of a group of one": (
            f"{THREE}group a all w1\ngroup b all a\ngroup c all b\nquorum c\n"
        ),
        "quorum before other groups": f"{THREE}quorum w1\ngroup a all w2 w3\n",
        "log after the quorum": f"{W1}\nquorum w1\n{LOG}\n",
        "none": f"{LOG}\nquorum none\n",
        "none with witnesses": f"{THREE}quorum none\n",
        "comment of a keyword": f"#quorum w2\n# log x\n{PLAIN}",
        "comment that is not utf-8": b"# \xff\xfe\n" + PLAIN.encode(),
        "name that is not utf-8": named("WITNESS").encode().replace(b"WITNESS", b"\xff"),
        "name with a no-break space": named("w\u00a01"),
        "name like a keyword": named("group"),
        "name like a number": named("1"),
        "name of the prototype": named("__proto__"),
        "group of the prototype": f"{THREE}group constructor any w1\nquorum constructor\n",
        "one key as log and witness": (f"{PLAIN}witness x {vkey('x.example.org', 4, LOG_SEED)}\n"),
        "two logs of one name": f"{PLAIN}log {vkey(ORIGIN, 1, UNKNOWN)}\n",
        "witness of type 06": f"{PLAIN}witness x {typed_key('x', 6, bytes(1312))}\n",
        "comment that mentions ismdraw": f"# @ismdraw vrf-key\n#ismdraw\n{PLAIN}",
    },
)

CASES["policy: two logs of two names"] = lambda: Odd(
    write_archive(plain()),
    "believed",
    policy=f"{PLAIN}log {vkey('b.example.cn', 1, UNKNOWN)}\n".encode(),
    flagged=frozenset({"V1"}),
)

with_policy(
    "malformed",
    {
        "carriage returns in the midst of lines": PLAIN.replace(" ", "\r ", 1),
        "carriage return at the end": PLAIN[:-1] + "\r",
        "carriage returns without line feeds": PLAIN.replace("\n", "\r"),
        "two carriage returns": PLAIN.replace("\n", "\r\r\n"),
        "two byte order marks": "\ufeff\ufeff" + PLAIN,
        "byte order mark of a later line": PLAIN.replace("witness", "\ufeffwitness", 1),
        "half a byte order mark": b"\xef\xbb" + PLAIN.encode(),
        "utf-16": PLAIN.encode("utf-16"),
        "byte order mark and nothing": "\ufeff",
        "byte order mark before a broken pin": f"\ufeff#@ismdraw\n{PLAIN}",
        "null": PLAIN + "\0",
        "delete": PLAIN + "# \x7f\n",
        "form feed": PLAIN + "\f\n",
        "vertical tab": PLAIN.replace(" ", "\v", 1),
        "no-break space between": PLAIN.replace(" ", "\u00a0", 1),
        "empty": "",
        "no quorum": f"{LOG}\n{W1}\n",
        "quorum twice": f"{PLAIN}quorum w1\n",
        "quorum none twice": f"{LOG}\nquorum none\nquorum none\n",
        "quorum of nobody": f"{LOG}\n{W1}\nquorum w2\n",
        "quorum before its witness": f"{LOG}\nquorum w1\n{W1}\n",
        "quorum of two names": f"{THREE}quorum w1 w2\n",
        "quorum without name": f"{LOG}\n{W1}\nquorum\n",
        "unknown keyword": f"{PLAIN}threshold 2\n",
        "keyword in capitals": PLAIN.replace("quorum", "Quorum"),
        "comment behind a line": PLAIN.replace("quorum w1", "quorum w1 # mine"),
        "no log": f"{W1}\nquorum w1\n",
        "log twice": f"{LOG}\n{PLAIN}",
        "log's key under two names": f"{PLAIN}log {vkey('else.cn', 1, LOG_SEED)}\n",
        "witness twice": f"{W1}\n{PLAIN}",
        "witness under two names": f"{PLAIN}{W1.replace('witness w1', 'witness x')}\n",
        "witness's key under another key name": (
            f"{PLAIN}witness x {vkey('x.org', 4, WITNESS_SEEDS['w1'])}\n"
        ),
        "two witnesses of one name": f"{PLAIN}{W2.replace('witness w2', 'witness w1')}\n",
        "witness named none": named("none"),
        "group named none": f"{THREE}group none any w1\nquorum none\n",
        "group named as a witness": f"{THREE}group w1 any w2\nquorum w1\n",
        "two groups of one name": f"{THREE}group g any w1\ngroup g any w2\nquorum g\n",
        "group of none": f"{THREE}group g any none\nquorum g\n",
        "group of itself": f"{THREE}group g any g w1\nquorum g\n",
        "group of nobody": f"{THREE}group g all\nquorum w1\n",
        "member twice": f"{THREE}group g 1 w1 w1\nquorum g\n",
        "member of two groups": f"{THREE}group a any w1\ngroup b any w1 w2\nquorum a\n",
        "member defined later": f"{LOG}\ngroup g any w1\n{W1}\nquorum g\n",
        "threshold 0": f"{THREE}group g 0 w1\nquorum w1\n",
        "threshold above": f"{THREE}group g 2 w1\nquorum w1\n",
        "threshold 01": f"{THREE}group g 01 w1\nquorum g\n",
        "threshold +1": f"{THREE}group g +1 w1\nquorum g\n",
        "threshold 1.0": f"{THREE}group g 1.0 w1\nquorum g\n",
        "threshold wide": f"{THREE}group g １ w1\nquorum g\n",
        "threshold most": f"{THREE}group g most w1\nquorum g\n",
        "threshold ANY": f"{THREE}group g ANY w1\nquorum g\n",
        "threshold huge": f"{THREE}group g {10**30} w1\nquorum w1\n",
        "two addresses": f"{LOG} https://a https://b\n{W1}\nquorum w1\n",
        "log of type 04": f"{LOG}\nlog {vkey('x', 4, UNKNOWN)}\nquorum none\n",
        "witness of type 01": f"{PLAIN}witness x {vkey('x', 1, UNKNOWN)}\n",
        "key id in capitals": CAPITALS,
        "wrong key id": re.sub(r"\+[0-9a-f]{8}\+", "+00000000+", PLAIN, count=1),
        "key of 31 bytes": f"{PLAIN}witness x {typed_key('x', 4, bytes(31))}\n",
        "key of 33 bytes": f"{PLAIN}witness x {typed_key('x', 4, bytes(33))}\n",
        "short key of type 06": f"{PLAIN}witness x {typed_key('x', 6, bytes(32))}\n",
        "key of type 02": f"{PLAIN}witness x {typed_key('x', 2, bytes(32))}\n",
        "key of nothing": f"{PLAIN}witness x x+e3b0c442+\n",
        "key name with an ideographic space": f"{PLAIN}witness x {typed_key('a　b', 4, UNKNOWN)}\n",
        "key name that is not utf-8": PLAIN.encode()
        + f"witness x {typed_key('a', 4, UNKNOWN)}\n".encode().replace(b" a+", b" \xff+"),
        "pin without role": f"{PLAIN}#@ismdraw vrf-key {'ab' * 32}\n",
        "pin in capitals": f"{PLAIN}{PIN}{'AB' * 32}\n",
        "pin too short": f"{PLAIN}{PIN}{'ab' * 31}\n",
        "pin of an unknown word": f"{PLAIN}#@ismdraw drand-chain {'ab' * 32}\n",
        "pin and more": f"{PLAIN}{PIN}{'ab' * 32} yes\n",
        "pin of nothing": f"{PLAIN}#@ismdraw\n",
    },
)

CASES["limits: a policy of 1001 lines"] = lambda: _under(b"#\n" * 1001 + PLAIN.encode(), "believed")

CASES["limits: a policy of 500 KiB"] = lambda: _under(
    b"#" * 500 * 1024 + b"\n" + PLAIN.encode(), "believed"
)

CASES["limits: a policy of more than 512 KiB"] = lambda: _under(
    b"#" * 512 * 1024 + b"\n" + PLAIN.encode(), "malformed"
)


def own_key() -> str:
    """Return the platform's VRF key of the ordinary bundle."""
    notice = json.loads(plain()["entries/000.json"])
    return notice["phi"]["keys"][0]


for verdict, lines in {
    "believed": {
        "right": f"{PIN}{own_key()}\n",
        "right, with space before": f" \t{PIN}{own_key()} \n",
        "right, with tabs": f"{PIN}{own_key()}\n".replace(" ", "\t\t"),
        "one of two": f"{PIN}{own_key()}\n{PIN}{'ab' * 32}\n",
        "twice": f"{PIN}{own_key()}\n" * 2,
        "of a supervisor": f"#@ismdraw vrf-key supervisor {'ab' * 32}\n",
        "behind another sign": f"##@ismdraw vrf-key platform {'ab' * 32}\n",
    },
    "refused": {
        "another": f"{PIN}{'ab' * 32}\n",
        "another, with space before": f"  {PIN}{'ab' * 32}\n",
        "another, behind a byte order mark": f"\ufeff{PIN}{'ab' * 32}\r\n",
    },
    "malformed": {
        "of an unknown role": f"#@ismdraw vrf-key auditor {'ab' * 32}\n",
        "of a role in capitals": f"#@ismdraw vrf-key Platform {'ab' * 32}\n",
        "of the prototype": f"#@ismdraw vrf-key constructor {'ab' * 32}\n",
        "without space": f"#@ismdrawvrf-key platform {'ab' * 32}\n",
        "with no-break spaces": f"{PIN}{'ab' * 32}\n".replace(" ", "\u00a0"),
        "with another no-break space": f"{PIN}\u00a0{'ab' * 32}\n",
    },
}.items():
    for name, line in lines.items():
        CASES[f"pin: {name}"] = partial(_under, (line + PLAIN).encode(), verdict)

CASES["pin: with a space of latin-1"] = partial(
    _under,
    f"{PIN}{'ab' * 32}\n".encode().replace(b"platform ", b"platform\xa0") + PLAIN.encode(),
    "malformed",
)

CASES["pin: with a next line of latin-1"] = partial(
    _under,
    f"{PIN}{'ab' * 32}\n".encode().replace(b"platform ", b"platform\x85") + PLAIN.encode(),
    "malformed",
)
