"""What a firm's receipt proves: that its enrolment is in the log, and then in the frozen list."""

from dataclasses import dataclass
from typing import Final

from lottery.bundle import read as read_bundle
from lottery.checks.case import Case, Located
from lottery.checks.findings import Findings, Said
from lottery.checks.inclusion import absence
from lottery.encoding import leaf_hash
from lottery.entries import Enrol, Freeze, Ineligible, Withdraw, decode
from lottery.errors import EntryError, ListError, NoteError, ProofError
from lottery.note import parse_checkpoint, verified_by
from lottery.policy import Policy
from lottery.proof import TlogProof, check_inclusion, parse_tlog_proof
from lottery.seed import enrol_commit
from lottery.verify import examine

WHAT_TO_DO: Final = Said(
    "怎么办：先确认验证包是您所报名的那次摇号的；然后保存本回执、报名条目和盐值，它们就是证据；"
    "在公示期内连同验证包一并提交监管部门，"
    "并可公开：任何人用同样的命令都会看到同样的结果，平台无法否认日志自己的签名。",
    "What to do: be sure that the bundle is that of the draw that you enrolled in. Then keep this "
    "receipt, the entry and the salt, for they are the evidence. Hand them "
    "with the bundle to the supervisor within the time for objections, and publish them if you "
    "like: anyone who runs this command sees the same, and the platform cannot deny the "
    "signature of its own log.",
)
# Whoever took the wrong file must not be told to accuse anybody.
CHECK_FILES: Final = Said(
    "怎么办：先看有没有拿错、抄错：回执、报名条目、盐值和验证包须是同一次报名、同一次摇号的，信任文件须是"
    "最新公布的；改正后再核对。确信没有错的，加 --entry（报名条目）再核对一次，仍不成立的，"
    "请监督机构看这几份文件。",
    "What to do: see first that no file is the wrong one and nothing is miscopied. Receipt, entry, "
    "salt and bundle must be of one enrolment and its draw, and the policy the one published last. "
    "If you are sure of them, run this again with --entry; if it still fails, show these files to "
    "the supervisor.",
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A firm and the salt that it was given: together they open its enrolment."""

    firm_id: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """Whether all is well with an enrolment, and why."""

    ok: bool
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is wrong with what the firm gave (``mine``), and what with the draw (``drawn``)."""

    mine: Findings
    drawn: Findings

    def told(self) -> ReceiptReport:
        """Return all of it, the faults first, with what to do about them."""
        mine, drawn = self.mine, self.drawn
        said = [*mine.faults, *drawn.faults, *mine.flags, *drawn.flags, *mine.facts, *drawn.facts]
        if drawn.faults:
            said.append(WHAT_TO_DO)
        elif mine.faults:
            said.append(CHECK_FILES)
        return ReceiptReport(not (mine.faults or drawn.faults), tuple(said))


def examine_receipt(
    receipt: bytes,
    policy: Policy,
    *,
    entry: bytes | None = None,
    bundle: bytes | None = None,
    enrolled: Enrolled | None = None,
) -> ReceiptReport:
    """Check a receipt, and follow the enrolment into the list.

    Args:
        receipt: The ``.tlog-proof`` that the firm got when it enrolled.
        policy: Whom the firm trusts; never from the platform.
        entry: The bytes of its ENROL entry; without them the bundle must have it.
        bundle: The draw's bundle, once there is one.
        enrolled: The firm with its salt, to see that the enrolment is its own.

    Returns:
        What was found, with what to do if it is not well.

    Raises:
        BundleError: The bundle is no bundle.

    Source: docs/spec/lottery-v1.md, sections 2, 5 and 7.
    """
    found = _Found(Findings(), Findings())
    case = None if bundle is None else Case(read_bundle(bundle), policy)
    proof = _signed(receipt, policy, found.mine)
    if proof is not None:
        _follow(proof, entry, case, enrolled, found)
    return found.told()


def _signed(receipt: bytes, policy: Policy, found: Findings) -> TlogProof | None:
    """Return the proof in a receipt, if a log of the policy signed its checkpoint."""
    try:
        proof = parse_tlog_proof(receipt, is_receipt=True)
        checkpoint = parse_checkpoint(proof.checkpoint)
        logs = [key for key in policy.logs if key.name == checkpoint.origin]
        signed = sum(verified_by(checkpoint, key) for key in logs)
    except (NoteError, ProofError) as error:
        found.fault(f"回执无效（{error}）", f"the receipt is not valid: {error}")
        return None
    found.require(
        signed,
        "回执没有您信任的日志的签名",
        "no log of your policy has signed this receipt",
    )
    return proof if signed else None


def _follow(
    proof: TlogProof,
    entry: bytes | None,
    case: Case | None,
    enrolled: Enrolled | None,
    found: _Found,
) -> None:
    """Find whether the firm's files belong together, and then what became of its enrolment."""
    held = None if case is None else _body_in(case, proof)
    body = held if entry is None else entry
    if body is None:
        _missing(case, proof, found)
        return
    # That a bundle has something else in this place is not the firm's mistake.
    enrol = _logged(proof, body, found.mine, found.drawn if entry is None else found.mine)
    if enrol is None:
        return
    is_own = enrolled is None or _opens(enrol, enrolled, found.mine)
    if case is None:
        found.mine.flag(
            "名单冻结后，请再加 --bundle 核对是否列入名单",
            "once the list is frozen, run this again with --bundle to see that it holds the firm",
        )
    elif enrol.draw != case.bundle.draw:
        found.mine.fault(
            f"这是另一次摇号（{case.name.zh}）的验证包；"
            f"请换成您所报名的那次摇号（抽取 {enrol.draw}）的包",
            f"this is the bundle of another draw ({case.name.en}); take that of the draw that you "
            f"enrolled in, {enrol.draw}",
        )
    elif held != body:
        found.drawn.fault(
            f"验证包中没有日志第 {proof.index} 条，即您的报名：您的报名被遗漏",
            f"the bundle lacks entry {proof.index} of the log: it leaves your enrolment out",
        )
    else:
        _in_bundle(case, found.drawn)
        _in_list(case, proof.index, enrolled if is_own else None, found.drawn)


def _missing(case: Case | None, proof: TlogProof, found: _Found) -> None:
    """Say that nobody has the entry of a receipt, as the bundle's or the reader's fault."""
    if case is None:
        found.mine.fault("没有报名条目，也没有验证包", "there is neither the entry nor a bundle")
        return
    origin = parse_checkpoint(proof.checkpoint).origin
    said = absence(case, origin, proof.index)
    to = found.drawn if case.may_hold(origin, proof.index) else found.mine
    to.fault(said.zh, said.en)


def _opens(enrol: Enrol, enrolled: Enrolled, found: Findings) -> bool:
    """Require that a firm and its salt open an enrolment."""
    opened = enrol_commit(enrolled.salt, bytes.fromhex(enrol.draw), enrolled.firm_id)
    is_right = opened.hex() == enrol.enrol_commit
    found.require(
        is_right,
        f"{enrolled.firm_id} 与盐值不能打开这条报名",
        f"{enrolled.firm_id} with this salt does not open this enrolment",
    )
    return is_right


def _body_in(case: Case, proof: TlogProof) -> bytes | None:
    """Return the entry of a bundle that has the receipt's place in the receipt's log."""
    if parse_checkpoint(proof.checkpoint).origin != case.bundle.origin:
        return None
    for row in case.proven:
        if isinstance(row.proof, TlogProof) and row.proof.index == proof.index:
            return row.body
    return None


def _logged(proof: TlogProof, body: bytes, found: Findings, unlike: Findings) -> Enrol | None:
    """Return the enrolment, if the receipt proves that it is in the log."""
    checkpoint = parse_checkpoint(proof.checkpoint)
    try:
        check_inclusion(leaf_hash(body), proof.index, checkpoint.size, proof.path, checkpoint.root)
        enrol = decode(body)
    except (ProofError, EntryError) as error:
        unlike.fault(f"回执与条目不符（{error}）", f"the receipt is not of this entry: {error}")
        return None
    if not isinstance(enrol, Enrol):
        found.fault(f"这是 {enrol.kind} 条目，不是报名", f"this is a {enrol.kind}, no enrolment")
        return None
    found.fact(
        f"报名已在日志中：第 {proof.index} 条，序号 {enrol.seq}，抽取 {enrol.draw}",
        f"the enrolment is in the log: entry {proof.index}, seq {enrol.seq}, draw {enrol.draw}",
    )
    return enrol


def _in_bundle(case: Case, found: Findings) -> None:
    """Ask of the bundle what concerns enrolments: V1, V2, V3, V6 and V14."""
    for check in examine(case.bundle, case.policy).checks:
        if check.name in {"V1", "V2", "V3", "V6", "V14"}:
            found.require(
                check.ok,
                f"验证包未通过 {check.name}：{check.detail.zh}",
                f"the bundle fails {check.name}: {check.detail.en}",
            )


def _in_list(case: Case, index: int, enrolled: Enrolled | None, found: Findings) -> None:
    removals: list[Located[Withdraw] | Located[Ineligible]] = [
        *case.of(Withdraw),
        *case.of(Ineligible),
    ]
    for item in removals:
        if item.entry.enrol == index:
            found.flag(
                f"报名已由日志第 {item.index} 条（{item.entry.kind}：{item.entry.reason}）移出；"
                "若非您本人意愿，请持本回执向监管部门提出异议",
                f"entry {item.index} of the log took the enrolment out ({item.entry.kind}: "
                f"{item.entry.reason}); if that was not your doing, object with this receipt",
            )
            return
    if not case.of(Freeze):
        found.flag(
            "名单尚未冻结，或抽取已终止", "the list is not frozen, or the draw was called off"
        )
        return
    lines = [] if isinstance(case.list_lines, ListError) else case.list_lines
    mine = [line for line in lines if line.enrol_index == index]
    if len(mine) != 1 or (enrolled is not None and mine[0].firm_id != enrolled.firm_id):
        found.fault("冻结的名单中没有这条报名", "the frozen list does not hold this enrolment")
        return
    found.fact(
        f"报名已列入冻结的名单：{mine[0].firm_id}，权重 {mine[0].weight}",
        f"the frozen list holds it: {mine[0].firm_id}, weight {mine[0].weight}",
    )
