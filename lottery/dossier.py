"""A dossier: the files of a contract, their list, and the log's entry that holds its hash."""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from lottery.checks.findings import Findings, Outcome, Said
from lottery.encoding import leaf_hash
from lottery.errors import LotteryError, NoteError, ProofError
from lottery.note import Checkpoint, cosigned_at, parse_checkpoint, verified_by
from lottery.policy import Policy
from lottery.proof import check_inclusion, parse_tlog_proof

LIST: Final = "SHA256SUMS"
MISSING: Final = "MISSING.txt"
# What comes with each download and changes with the log, and this program beside them.
BESIDE: Final = frozenset({LIST, MISSING, "README.txt", "verify.pyz"})
MADE: Final = "zjcs/dossier.made.v1"
MAX_FILE_BYTES: Final = 1 << 30
# What is no zip, ends too early, has a name that is no text, is encrypted, or is packed in a way or
# with bytes nobody knows.
UNREADABLE: Final = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)
_POLICY: Final = "log/policy"
_ENTRY, _PROOF = ".entry", ".tlog-proof"
# What stands in the folder of the log, and nothing else: a paper there would be in no list.
_LOGGED: Final = re.compile(r"log/(0|[1-9][0-9]*)\.(entry|tlog-proof)")


class DossierError(LotteryError):
    """There is no dossier to check."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a dossier, by their paths in it."""

    names: frozenset[str]
    read: Callable[[str], bytes]


def files_of(path: Path) -> Files:
    """Return the files of a dossier: a zip as it was downloaded, or the folder of one.

    Raises:
        DossierError: It is neither, a file is longer than any that was archived, or two have one
            name: which of them was meant nobody can say, and other programs show the other.
    """
    if path.is_dir():
        return _in_folder(path)
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise DossierError(f"{path}: {error}") from None
    listed = [one for one in archive.infolist() if not one.is_dir()]
    infos = {one.filename: one for one in listed}
    if len(infos) < len(listed):
        raise DossierError(f"{path}: two files in it have one name")
    if any(one.file_size > MAX_FILE_BYTES for one in infos.values()):
        raise DossierError(f"{path}: a file in it is longer than {MAX_FILE_BYTES} bytes")

    def read(name: str) -> bytes:
        try:
            return archive.read(infos[name])
        except UNREADABLE as error:
            raise DossierError(f"{name}: {error}") from None

    return Files(frozenset(infos), read)


def _in_folder(folder: Path) -> Files:
    found = {one.relative_to(folder).as_posix(): one for one in folder.rglob("*") if one.is_file()}

    def read(name: str) -> bytes:
        try:
            return found[name].read_bytes()
        except OSError as error:
            raise DossierError(f"{name}: {error.strerror}") from None

    return Files(frozenset(found), read)


def examine_dossier(files: Files, policy: Policy) -> tuple[Outcome, tuple[Said, ...]]:
    """Check a dossier: every file, the list of them, and each entry of the log beside it.

    Args:
        files: Of the dossier.
        policy: Whom the reader trusts.

    Returns:
        Whether all holds, and why: the faults first. It is flagged where a file is missing of which
        only the dossier itself says why: no signature covers ``MISSING.txt``.

    Raises:
        DossierError: It has no list.

    Source: platform default; docs/adr/0076. C2SP tlog-proof for the entries.
    """
    if LIST not in files.names:
        raise DossierError(f"there is no {LIST}")
    listed = files.read(LIST)
    found = Findings()
    lacks = _check_files(files, listed, found)
    proven = _check_log(files, policy, found)
    _say_uncovered(files, found)
    _check_list(hashlib.sha256(listed).hexdigest(), proven, found)
    outcome = Outcome.FAILED if found.faults else Outcome.FLAGGED if lacks else Outcome.PASSED
    return outcome, (*found.faults, *found.flags, *found.facts)


def _check_files(files: Files, listed: bytes, found: Findings) -> bool:
    """Compare each file with the list; return whether one is gone, by ``MISSING.txt`` alone."""
    wanted = _lines_of(listed, found)
    told = files.read(MISSING).decode("utf-8", "replace") if MISSING in files.names else ""
    # A name stands on a line, its hash at the end of the next.
    gone = {(name, words.rpartition(" ")[2]) for name, words in pairwise(told.splitlines())}
    agree, lacks = 0, False
    for name, digest in wanted.items():
        if name in files.names:
            is_same = hashlib.sha256(files.read(name)).hexdigest() == digest
            agree += is_same
            found.require(is_same, f"{name} 与清单不符", f"{name} is not what was listed")
        elif (name, digest) in gone:
            lacks = True
            found.flag(
                f"缺少 {name}。只有卷宗自己的 {MISSING} 说明原因，没有签名；请从平台重新下载对照",
                f"{name} is missing, by its own list only: no signature covers {MISSING}. "
                "Compare it with a download of your own",
            )
        else:
            found.fault(f"缺少 {name}", f"{name} is missing")
    for name in sorted(files.names - set(wanted) - BESIDE - {_POLICY}):
        if not _LOGGED.fullmatch(name):
            found.fault(f"{name} 不在清单里", f"{name} is not in the list")
        elif name.removesuffix(_PROOF) + _ENTRY not in files.names and not _is_entry(name):
            found.fault(f"{name} 没有对应的条目", f"{name} proves no entry that is here")
    found.fact(f"{agree} 个文件与清单相符", f"{agree} file(s) agree with the list")
    return lacks


def _say_uncovered(files: Files, found: Findings) -> None:
    """Say which files nothing was compared with: whoever altered them would not be found out."""
    rest = sorted(files.names & {MISSING, "README.txt", _POLICY})
    if rest:
        names = ", ".join(rest)
        found.flag(
            f"没有核对（随下载生成，不在清单里，不能作为依据）：{names}",
            f"not covered (made for the download, in no list; do not rely on it): {names}",
        )


def _lines_of(listed: bytes, found: Findings) -> Mapping[str, str]:
    try:
        lines = [line.split("  ", 1) for line in listed.decode("utf-8").splitlines()]
        return {name: digest for digest, name in lines}
    except ValueError:
        found.fault(f"{LIST} 无法读取", f"{LIST} cannot be read")
        return {}


def _check_log(files: Files, policy: Policy, found: Findings) -> list[bytes]:
    """Return the entries whose proofs hold; a checkpoint is believed once for all of them."""
    believed: dict[bytes, Checkpoint | None] = {}
    proven = []
    for name in sorted(name for name in files.names if _is_entry(name)):
        body, where = files.read(name), name.removesuffix(_ENTRY) + _PROOF
        try:
            text = files.read(where) if where in files.names else b""
            proof = parse_tlog_proof(text, is_receipt=True)
            if proof.checkpoint not in believed:
                believed[proof.checkpoint] = _believed(proof.checkpoint, policy, found)
            checkpoint = believed[proof.checkpoint]
            if checkpoint is None:
                continue  # It was said of the checkpoint.
            leaf = leaf_hash(body)
            check_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
        except (NoteError, ProofError) as error:
            found.fault(f"{name} 的证明不成立（{error}）", f"{name}: {error}")
        else:
            proven.append(body)
    found.fact(f"{len(proven)} 个日志条目证明成立", f"the proofs of {len(proven)} log entries hold")
    return proven


def _is_entry(name: str) -> bool:
    return name.endswith(_ENTRY) and _LOGGED.fullmatch(name) is not None


def _believed(data: bytes, policy: Policy, found: Findings) -> Checkpoint | None:
    """Return a checkpoint that a log of the policy signed and its quorum of witnesses saw."""
    try:
        checkpoint = parse_checkpoint(data)
        logs = [key for key in policy.logs if key.name == checkpoint.origin]
        is_signed = sum(verified_by(checkpoint, key) for key in logs) > 0
        seen = {name for name, key in policy.witnesses.items() if cosigned_at(checkpoint, key)}
    except NoteError as error:
        found.fault(f"检查点签名错误（{error}）", f"the checkpoint: {error}")
        return None
    if not is_signed:
        found.fault("检查点没有您信任的日志的签名", "no log of your policy signed the checkpoint")
        return None
    if not policy.is_met_by(seen):
        found.fault(
            f"检查点的见证人不足（共 {len(seen)} 个）",
            f"the checkpoint's {len(seen)} cosignature(s) do not make up the quorum",
        )
        return None
    found.fact(
        f"检查点：{checkpoint.size} 条，{len(seen)} 个见证人",
        f"checkpoint of {checkpoint.size} entries, {len(seen)} witness(es)",
    )
    return checkpoint


def _check_list(digest: str, proven: list[bytes], found: Findings) -> None:
    """Require an entry that says that this very list was archived."""
    for body in proven:
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            continue
        is_made = isinstance(said, dict) and said.get("t") == MADE
        if is_made and said.get("list_digest") == digest:
            number, version = said.get("contract"), said.get("version")
            found.fact(
                f"清单就是归档时写入日志的那一份：{number} 第 {version} 版",
                f"the list is the one in the log: {number}, version {version}",
            )
            return
    found.fault(
        f"已证明的日志条目里没有这份清单（{digest}）。刚刚归档的，等见证人签名后重新下载再核对",
        f"no proven entry holds this list ({digest}). If it was archived just now, download it "
        "again once the witnesses have signed",
    )
