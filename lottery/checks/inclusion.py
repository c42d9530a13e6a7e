"""V2: the entries are in the log, the log only grew, and nothing of the draw was left out."""

from itertools import pairwise

from lottery.bundle import Cut, named_cuts
from lottery.checks.case import Case, checkpoint_of
from lottery.checks.findings import Findings, Said
from lottery.checks.notice import says_lost
from lottery.encoding import leaf_hash, root_of_hashes
from lottery.entries import DrawEntry, Entry, Notice, Phi, Result, Void, decode
from lottery.errors import EntryError, NoteError, ProofError
from lottery.note import Checkpoint, parse_checkpoint, verified_by
from lottery.proof import (
    check_consistency,
    check_inclusion,
    parse_hash_file,
    parse_tlog_proof,
)


def v2_inclusion(case: Case, found: Findings) -> None:
    """Check that every entry is in the final log, and that earlier cuts are its beginning."""
    final = case.final
    if isinstance(final, NoteError):
        found.fault("没有可用的最终检查点", "there is no usable final checkpoint")
        return
    indexes = []
    for row in case.proven:
        try:
            if isinstance(row.proof, ProofError):
                raise row.proof
            leaf = leaf_hash(row.body)
            check_inclusion(leaf, row.proof.index, final.size, row.proof.path, final.root)
            indexes.append(row.proof.index)
        except ProofError as error:
            what = f"entries/{row.number:03d}.json"
            found.fault(f"{what} 不在日志中（{error.reason}）", f"{what}: {error.reason}")
    found.require(
        all(before < after for before, after in pairwise(indexes)),
        "条目没有按日志次序排列",
        "the entries are not in the order of the log",
    )
    for name, cut in named_cuts(case.bundle):
        _check_continues(name, cut, final, found)
    for number, receipt in enumerate(case.receipts, start=1):
        _check_receipt(case, number, receipt, found)
    if case.log is None:
        found.flag(
            "没有与完整日志核对，单凭一个验证包看不出遗漏（请加 --log）",
            "not compared with the whole log: a bundle alone cannot show what was left out (--log)",
        )
    else:
        _check_complete(case, case.log, final, found)
    found.fact(
        f"{len(indexes)} 个条目，日志共 {final.size} 条",
        f"{len(indexes)} entries of a log of {final.size}",
    )


def _check_continues(name: str, cut: Cut, final: Checkpoint, found: Findings) -> None:
    checkpoint = checkpoint_of(cut.checkpoint)
    if isinstance(checkpoint, NoteError):
        return  # V1 has said so.
    try:
        hashes = parse_hash_file(cut.consistency)
        check_consistency(checkpoint.size, checkpoint.root, final.size, final.root, hashes)
    except ProofError as error:
        found.fault(f"{name}：日志的历史被改动（{error}）", f"{name}: {error}")


def _check_receipt(case: Case, number: int, receipt: bytes, found: Findings) -> None:
    """Check that an entry that someone was given a receipt for is in the bundle, unchanged."""
    try:
        proof = parse_tlog_proof(receipt, is_receipt=True)
        checkpoint = parse_checkpoint(proof.checkpoint)
        logs = [key for key in case.policy.logs if key.name == checkpoint.origin]
        if not sum(verified_by(checkpoint, key) for key in logs):
            found.fault(f"回执 {number} 没有日志的签名", f"receipt {number} is not signed by a log")
            return
        leaf = next((item.leaf for item in case.located if item.index == proof.index), None)
        if leaf is None or checkpoint.origin != case.bundle.origin:
            said = absence(case, checkpoint.origin, proof.index)
            found.fault(f"回执 {number}：{said.zh}", f"receipt {number}: {said.en}")
            return
        check_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
    except (NoteError, ProofError) as error:
        found.fault(f"回执 {number} 与日志不符（{error}）", f"receipt {number}: {error}")
        return
    found.fact(f"回执 {number} 相符", f"receipt {number} agrees")


def absence(case: Case, origin: str, index: int) -> Said:
    """Say what it means that an entry that someone has a receipt for is not in the bundle.

    Args:
        case: The bundle.
        origin: The log of the receipt.
        index: The entry's place in it.

    Returns:
        Evidence only where the entry can be of this draw: firms enrol in many, and take the
        wrong file.

    Source: docs/spec/lottery-v1.md, section 7, V2.
    """
    draw = case.name
    if not case.may_hold(origin, index):
        return Said(
            f"日志第 {index} 条不在此包的报名期（{draw.zh}）内：这可能是另一次摇号的包，"
            "或另一次报名的回执；请换成您所报名的那次摇号的包",
            f"entry {index} of the log lies outside this draw's time for enrolment ({draw.en}): "
            "this may be the bundle, or the receipt, of another draw; take the bundle of the draw "
            "that you enrolled in",
        )
    return Said(
        f"日志第 {index} 条不在此包中。您报名的若是这一次（{draw.zh}），您的报名被遗漏，"
        "请保存回执，它就是证据；若是另一次，请换成那一次的包",
        f"entry {index} of the log is not in this bundle. If you enrolled in this draw ({draw.en}),"
        " your enrolment was left out: keep the receipt as evidence. If in another, take its "
        "bundle",
    )


def _check_complete(case: Case, log: tuple[bytes, ...], final: Checkpoint, found: Findings) -> None:
    """Compare the bundle with the whole log."""
    known = log[: final.size]
    if len(known) < final.size or root_of_hashes([*map(leaf_hash, known)]) != final.root:
        found.fault("给出的日志与检查点不符", "the log that was given is not the checkpoint's")
        return
    held = {item.index for item in case.located}
    lost = _lost_draws(case)
    # Also what was logged since: a bundle from before a decline says nothing of it.
    for index, body in enumerate(log):
        if index not in held and _concerns(case, body):
            found.fault(
                f"日志第 {index} 条属于此次抽取，却不在此包中",
                f"entry {index} of the log belongs to this draw and was left out",
            )
        if lost and _refutes(body, lost):
            found.fault(
                f"日志第 {index} 条有随机值或结果，因遗失而终止之说不实",
                f"entry {index} of the log is a PHI or RESULT of a draw that was called off "
                "because its last value was said to be lost",
            )
    found.fact("已与完整日志核对", "compared with the whole log")


def _lost_draws(case: Case) -> set[str]:
    """Return the attempts that were called off because their last value was said to be lost."""
    notices = {item.leaf.hex(): item.entry for item in case.notices}
    voids = [item.entry for item in case.located if isinstance(item.entry, Void)]
    return {
        void.draw for void in voids if void.draw in notices and says_lost(void, notices[void.draw])
    }


def _refutes(body: bytes, lost: set[str]) -> bool:
    """Say whether an entry of the log shows that the last value of such an attempt was known."""
    if not any(draw.encode() in body for draw in lost):
        return False
    try:
        entry = decode(body)
    except EntryError:
        return False
    return isinstance(entry, Phi | Result) and entry.draw in lost


def _concerns(case: Case, body: bytes) -> bool:
    """Say whether an entry of the log should have been in the bundle."""
    if b'"ismdraw/' not in body:
        return False
    try:
        entry: Entry | None = decode(body)
    except EntryError:
        # Nobody can say what it means, so it counts against the draw that it names.
        return case.bundle.draw.encode() in body
    if isinstance(entry, Notice):
        return entry.need == case.notice.entry.need and not _continues(case, entry)
    return isinstance(entry, DrawEntry) and entry.draw == case.bundle.draw


def _continues(case: Case, later: Notice) -> bool:
    """Say whether a notice is of an attempt after this one, which was called off."""
    return case.is_called_off and later.attempt > case.notice.entry.attempt
