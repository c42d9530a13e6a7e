"""V1, V5 and V14: what the log and its witnesses vouch for."""

import math
from collections.abc import Sequence

from lottery.bundle import named_cuts
from lottery.checks.case import Case, Located, checkpoint_of
from lottery.checks.findings import Findings
from lottery.entries import (
    Close,
    Departure,
    DrawEntry,
    Enrol,
    Entry,
    Freeze,
    Mode,
    Notice,
    Phi,
    Result,
    Reveal,
    Void,
)
from lottery.errors import EntryError, NoteError, PhiError
from lottery.moments import beijing
from lottery.note import Checkpoint, cosigned_at, verified_by
from lottery.proof import TlogProof

# The cut must be cosigned this long before the last value can be known (section 4).
CUT_MARGIN_SECONDS = 60
# A witness's clock may run this far behind the platform's.
CLOCK_SKEW_SECONDS = 60


def v1_checkpoints(case: Case, found: Findings) -> None:
    """Check the signatures of the final checkpoint and of every cut."""
    notes = {row.proof.checkpoint for row in case.proven if isinstance(row.proof, TlogProof)}
    found.require(
        len(notes) <= 1,
        "各条目的证明没有共用同一个最终检查点",
        "the proofs do not share one final checkpoint",
    )
    checkpoints = [("final", case.final)]
    checkpoints += [(name, checkpoint_of(cut.checkpoint)) for name, cut in named_cuts(case.bundle)]
    for name, checkpoint in checkpoints:
        if isinstance(checkpoint, NoteError):
            found.fault(f"{name}：检查点无法读取（{checkpoint}）", f"{name}: {checkpoint}")
        else:
            _check_signatures(case, name, checkpoint, found)
    if len({key.name for key in case.policy.logs}) > 1:
        found.flag(
            "您的信任文件列有不止一个日志，而公告不说明在哪一个日志中：请在每个日志中查找此次抽取",
            "your policy lists more than one log, and a notice does not say in which its draw is: "
            "look for this draw in each of them",
        )
    if not case.policy.is_witnessed:
        found.fact(
            "您的信任文件没有要求见证人，仅核对日志签名",
            "your policy asks for no witness; only the log's signature was checked",
        )


def _check_signatures(case: Case, name: str, checkpoint: Checkpoint, found: Findings) -> None:
    found.require(
        checkpoint.origin == case.bundle.origin,
        f"{name}：检查点属于另一个日志 {checkpoint.origin}",
        f"{name}: the checkpoint is of another log, {checkpoint.origin}",
    )
    try:
        # Every known key is asked, because one wrong signature spoils the note.
        signers = [key.name for key in case.policy.logs if verified_by(checkpoint, key)]
        times = cosign_times(case, checkpoint)
    except NoteError as error:
        found.fault(f"{name}：签名错误（{error}）", f"{name}: {error}")
        return
    found.require(
        checkpoint.origin in signers,
        f"{name}：没有您信任的日志的签名",
        f"{name}: no log of your policy has signed it",
    )
    cosigners = {witness for witness, seconds in times.items() if seconds}
    found.require(
        case.policy.is_met_by(cosigners),
        f"{name}：见证人不足（共 {len(cosigners)} 个）",
        f"{name}: its {len(cosigners)} cosignature(s) do not make up the quorum",
    )
    found.fact(
        f"{name}：{checkpoint.size} 条，{len(cosigners)} 个见证人",
        f"{name}: {checkpoint.size} entries, {len(cosigners)} witness(es)",
    )


def cosign_times(case: Case, checkpoint: Checkpoint) -> dict[str, tuple[int, ...]]:
    """Return when each witness of the policy cosigned a checkpoint.

    Raises:
        NoteError: A known witness's cosignature is wrong.
    """
    return {name: cosigned_at(checkpoint, key) for name, key in case.policy.witnesses.items()}


def v5_cut(case: Case, found: Findings) -> None:
    """Check the order of events, and that the cut was witnessed before the last value."""
    _check_order(case, found)
    if case.is_called_off:
        found.fact("抽取已终止，见 V12", "the draw was called off, see V12")
        return
    if case.notice.entry.phi.mode is Mode.PLATFORM:
        found.flag(
            "演示模式（D1）：随机值何时可知只有平台知道，名单早于它并不说明什么",
            "demonstration mode (D1): the platform can know the last value at any time, so it "
            "says little that the list came before",
        )
    for kind in (Close, Freeze):
        count = len(case.of(kind))
        found.require(
            count == 1,
            f"应有且只有一条 {kind.kind.upper()}，现有 {count} 条",
            f"there must be exactly one {kind.kind.upper()}, there are {count}",
        )
    freezes = case.of(Freeze)
    if not isinstance(case.cut, Checkpoint):
        found.fault("没有冻结时的检查点（cut）", "there is no checkpoint of the freeze (cut)")
    elif freezes:
        found.require(
            freezes[0].index < case.cut.size,
            "冻结条目不在 cut 检查点之内",
            "FREEZE does not lie under the cut",
        )
        found.require(
            all(case.cut.size <= phi.index for phi in case.of(Phi)),
            "cut 检查点不早于随机值",
            "the cut does not precede the last value",
        )
        latest = case.notice.entry.t_phi - CUT_MARGIN_SECONDS
        under = [item.entry.at for item in case.of(DrawEntry) if item.index < case.cut_size]
        check_witnessed(case, case.cut, max(under, default=0), latest, found)


def check_witnessed(
    case: Case, checkpoint: Checkpoint, made_at: int, latest: int, found: Findings
) -> None:
    """Require a quorum of cosignatures between the making of a checkpoint and a deadline."""
    if not case.policy.is_witnessed:
        found.flag(
            "未经见证：您的信任文件没有列出见证人，时间仅凭日志自己的说法",
            "not witnessed: your policy names no witness, so the time rests on the log's own word",
        )
        found.require(
            made_at <= latest,
            f"日志自称的时间 {beijing(made_at)} 晚于 {beijing(latest)}",
            f"by the log's own word it was made at {beijing(made_at)}, later than "
            f"{beijing(latest)}",
        )
        return
    earliest = made_at - CLOCK_SKEW_SECONDS
    since, until = beijing(earliest), beijing(latest)
    in_time = _cosigners(case, checkpoint, earliest, latest, found)
    found.require(
        case.policy.is_met_by(in_time),
        f"在 {since} 至 {until} 之间见证的人数不足（共 {len(in_time)} 个）",
        f"{len(in_time)} witness(es) cosigned between {since} and {until}: no quorum",
    )
    found.fact(
        f"{len(in_time)} 个见证人在 {until} 之前见证",
        f"{len(in_time)} witness(es) saw it before {until}",
    )


def check_witnessed_since(
    case: Case, checkpoint: Checkpoint, claimed_at: int, found: Findings
) -> None:
    """Require, of a policy with witnesses, that a quorum's clocks had reached a time."""
    if not case.policy.is_witnessed:
        return
    earliest = claimed_at - CLOCK_SKEW_SECONDS
    since = _cosigners(case, checkpoint, earliest, math.inf, found)
    found.require(
        case.policy.is_met_by(since),
        f"在 {beijing(earliest)} 之后见证的人数不足（共 {len(since)} 个），那一时刻可能尚未到来",
        f"{len(since)} witness(es) cosigned after {beijing(earliest)}: no quorum says that it is "
        "so late",
    )
    found.fact(
        f"{len(since)} 个见证人在 {beijing(earliest)} 之后见证",
        f"{len(since)} witness(es) saw it after {beijing(earliest)}",
    )


def _cosigners(
    case: Case, checkpoint: Checkpoint, earliest: int, latest: float, found: Findings
) -> set[str]:
    """Return the witnesses that cosigned between two times."""
    try:
        times = cosign_times(case, checkpoint)
    except NoteError as error:
        found.fault(f"见证签名错误（{error}）", str(error))
        return set()
    return {
        name
        for name, seconds in times.items()
        if any(earliest <= second <= latest for second in seconds)
    }


def _check_order(case: Case, found: Findings) -> None:
    """Check NOTICE < ENROL < CLOSE < FREEZE < REVEAL < PHI < RESULT."""
    stages: tuple[tuple[str, Sequence[Located[Entry]]], ...] = (
        ("NOTICE", [case.notice]),
        ("ENROL", case.of(Enrol)),
        ("CLOSE", case.of(Close)),
        ("FREEZE", case.of(Freeze)),
        ("REVEAL", case.of(Reveal)),
        ("PHI", case.of(Phi)),
        ("RESULT", case.of(Result)),
    )
    reached, after = -1, ""
    for name, items in stages:
        indexes = [item.index for item in items]
        if indexes and min(indexes) <= reached:
            found.fault(f"{name} 早于 {after}", f"{name} comes before {after}")
        if indexes:
            reached, after = max(reached, *indexes), name


def v14_closed(case: Case, found: Findings) -> None:
    """Check that there is nothing in the bundle that this verifier does not know."""
    for name in case.bundle.damaged:
        found.fault(f"{name} 已损坏（校验和不符）", f"{name} is damaged: its checksum is wrong")
    for row in case.proven:
        what = f"entries/{row.number:03d}.json"
        if isinstance(row.entry, EntryError):
            found.fault(f"{what} 不符合规范（{row.entry}）", f"{what}: {row.entry}")
        elif not _belongs(case, row.entry):
            found.fault(f"{what} 不属于此次抽取", f"{what} does not belong to this draw")
    _check_members(case, found)
    found.fact("全部文件均已识别", "every file is known")


def _belongs(case: Case, entry: Entry) -> bool:
    if isinstance(entry, Notice):
        return True  # V3 asks which.
    if not isinstance(entry, DrawEntry):
        return False
    earlier = {item.leaf.hex() for item in case.notices} - {case.bundle.draw}
    return entry.draw == case.bundle.draw or (isinstance(entry, Void) and entry.draw in earlier)


def _check_members(case: Case, found: Findings) -> None:
    bundle = case.bundle
    found.require(
        (bundle.list_file is not None) == bool(case.of(Freeze)),
        "名单文件须与冻结条目同时存在",
        "list.ndjson must be there if and only if there is a FREEZE",
    )
    found.require(
        bundle.cut is None or case.of(Freeze) or case.of(Void),
        "尚未冻结或终止，不应有 cut 检查点",
        "a cut has no place before FREEZE or VOID",
    )
    found.require(
        bundle.phi is None or not case.of(Phi),
        "日志已有随机值，不应另附 phi.json",
        "phi.json has no place beside a logged PHI",
    )
    found.require(
        bundle.phi is None or not isinstance(case.evidence, PhiError),
        f"phi.json 不符合规范（{case.evidence}）",
        f"phi.json: {case.evidence}",
    )
    attempts = {item.entry.attempt for item in case.notices if item.leaf != case.draw}
    found.require(
        set(bundle.prior) <= attempts,
        "prior 检查点没有对应的前次公告",
        "a prior checkpoint belongs to no earlier notice",
    )
    fixing = {
        item.number
        for item in case.of(DrawEntry)
        if isinstance(item.entry, Departure) and item.entry.next_value is not None
    }
    found.require(
        set(bundle.later) <= fixing,
        "later 检查点没有对应的、约定下一随机值的退出条目",
        "a later checkpoint belongs to no DECLINE or DISQUALIFY with a next value",
    )
