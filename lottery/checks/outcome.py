"""V8 to V10, and V12: the last value, the result, and whether it was called off."""

from lottery.beacon.errors import BeaconError
from lottery.bundle import Cut
from lottery.checks.case import Case, Located, checkpoint_of
from lottery.checks.findings import BlockedError, Findings
from lottery.checks.log import CUT_MARGIN_SECONDS, check_witnessed, check_witnessed_since
from lottery.checks.notice import says_lost
from lottery.draw import full_order, order_file
from lottery.encoding import sha256
from lottery.entries import (
    Close,
    Freeze,
    Mode,
    Notice,
    NumbersEvidence,
    Phi,
    Result,
    Void,
)
from lottery.errors import LotteryError, NoteError
from lottery.note import Checkpoint


def v8_phi(case: Case, found: Findings) -> None:
    """Check the evidence of the last value."""
    count = len(case.of(Phi))
    found.require(count <= 1, f"有 {count} 条随机值", f"there are {count} PHI entries")
    if case.evidence is None and case.is_called_off:
        found.fact("抽取已终止，没有随机值", "the draw was called off without a last value")
        return
    found.require(
        bool(count) or not case.of(Result),
        "有结果而没有随机值条目",
        "there is a RESULT without a PHI",
    )
    outcome = case.phi_outcome
    if isinstance(outcome, BeaconError):
        found.fault(f"随机值的证据不实（{outcome}）", str(outcome))
    elif isinstance(outcome, LotteryError):
        found.fault(f"随机值的证据不可用（{outcome}）", str(outcome))
    else:
        found.fact(f"随机值 {outcome.hex()}", f"the last value is {outcome.hex()}")
    _check_numbers(case, found)


def _check_numbers(case: Case, found: Findings) -> None:
    """Compare the numbers of mode B with those that the reader has seen drawn."""
    evidence = case.evidence
    if not isinstance(evidence, NumbersEvidence):
        if case.numbers is not None:
            found.flag(
                "此次抽取不用公开号码，您输入的号码未使用",
                "this draw uses no public numbers; those you typed were not used",
            )
    elif case.numbers is None:
        found.flag(
            "号码由平台录入，请用 --numbers 输入您看到的开奖号码",
            "the platform typed these numbers: give those you saw with --numbers",
        )
    else:
        found.require(
            tuple(sorted(case.numbers)) == evidence.numbers,
            "平台录入的号码与您输入的不同",
            "the platform typed other numbers than you did",
        )


def v9_seed(case: Case, found: Findings) -> None:
    """Recompute the seed."""
    if case.is_called_off:
        found.fact("抽取已终止，没有种子", "the draw was called off, there is no seed")
        return
    seed = case.seed
    for result in case.of(Result):
        found.require(
            result.entry.seed == seed.hex(),
            f"种子应为 {seed.hex()}",
            f"the seed should be {seed.hex()}",
        )
    found.fact(f"种子 {seed.hex()}", f"the seed is {seed.hex()}")


def v10_result(case: Case, found: Findings) -> None:
    """Recompute the order and compare it with the one RESULT."""
    if case.is_called_off:
        found.fact("抽取已终止，没有结果", "the draw was called off, there is no result")
        return
    results = case.of(Result)
    if len(results) != 1:
        found.fault(
            f"应有且只有一份结果，现有 {len(results)} 份",
            f"there must be exactly one RESULT, there are {len(results)}",
        )
        return
    notice, entry = case.notice.entry, results[0].entry
    order = recomputed_order(case)
    expected = tuple(order[: notice.k + notice.a])
    found.require(
        len(order) >= notice.k,
        f"只有 {len(order)} 家，不足 {notice.k} 个名额",
        f"{len(order)} firm(s) cannot fill {notice.k} place(s)",
    )
    found.require(
        entry.order == expected,
        f"次序应为 {', '.join(expected)}",
        f"the order should be {', '.join(expected)}",
    )
    found.require(
        entry.order_digest == sha256(order_file(order)).hex(),
        "完整次序的摘要不符",
        "the digest of the whole order differs",
    )
    found.require(
        all(results[0].index < void.index for void in case.of(Void)),
        "抽取已终止，不应再有结果",
        "there is a RESULT although the draw had been called off",
    )
    winners = ", ".join(expected[: notice.k])
    found.fact(f"中选 {winners}", f"selected: {winners}")


def recomputed_order(case: Case) -> list[str]:
    """Return every firm in the order that the recomputed seed gives.

    Raises:
        BlockedError: An input of the order is missing.
    """
    return full_order(case.weights, case.seed)


def v12_void(case: Case, found: Findings) -> None:
    """Check that no attempt was called off once its last value could be known."""
    voids = case.of(Void)
    found.require(len(voids) <= 1, "多次终止", "there is more than one VOID")
    for item in voids[:1]:
        if says_lost(item.entry, case.notice.entry):
            _check_lost(case, item, found)
        else:
            _check_void(case, item, case.notice, case.bundle.cut, found)
        if any(close.index < item.index for close in case.of(Close)):
            found.flag(
                "报名截止之后才终止：平台当时已知谁在其中，请核对终止理由",
                "it was called off after its CLOSE, when the platform knew who was in it: "
                "look at the reason",
            )
        if found.faults:
            _print_result(case, found)
    for notice in case.notices:
        if notice.leaf != case.draw:
            _check_earlier(case, notice, found)
    if not found.faults:
        found.fact("没有违规终止", "nothing was called off too late")


def _check_earlier(case: Case, notice: Located[Notice], found: Findings) -> None:
    """Check the calling-off of an earlier attempt."""
    attempt = notice.entry.attempt
    for void in case.located:
        if not isinstance(void.entry, Void) or void.entry.draw != notice.leaf.hex():
            continue
        item = Located(void.index, void.entry, void.leaf, void.number)
        if says_lost(item.entry, notice.entry):
            found.flag(
                f"第 {attempt} 次抽取称随机值遗失而终止，请核对其本身的验证包",
                f"attempt {attempt} was called off because its last value was said to be lost: "
                "see its own bundle",
            )
            _check_time_came(case, item, found)
        else:
            _check_void(case, item, notice, case.bundle.prior.get(attempt), found)


def _check_time_came(case: Case, item: Located[Void], found: Findings) -> None:
    """Check that the seven days were over, by the clocks of witnesses."""
    if isinstance(case.final, NoteError):
        raise BlockedError("V1")
    check_witnessed_since(case, case.final, item.entry.at, found)


def _check_lost(case: Case, item: Located[Void], found: Findings) -> None:
    """Check that nothing speaks against the loss of this draw's last value."""
    frozen = any(freeze.index < item.index for freeze in case.of(Freeze))
    found.require(
        frozen,
        "名单未曾冻结，不能以随机值遗失为由终止",
        "no list was frozen, so the loss of a last value is no reason to call it off",
    )
    found.require(
        case.evidence is None,
        "有随机值的证据，遗失之说不实",
        "there is evidence of the last value, so it was not lost",
    )
    _check_time_came(case, item, found)
    found.flag(
        "平台称随机值遗失。若您有该轮签名或开奖号码，存为 phi.json 加入此包即可驳倒",
        "the platform says that the last value was lost: whoever has the round's signature or "
        "the printed numbers adds them as phi.json and refutes it",
    )


def _check_void(
    case: Case, item: Located[Void], noticed: Located[Notice], cut: Cut | None, found: Findings
) -> None:
    """Require that a VOID was witnessed before the last value of its attempt."""
    notice, attempt = noticed.entry, noticed.entry.attempt
    found.require(
        not any(
            isinstance(each.entry, Phi)
            and each.entry.draw == item.entry.draw
            and each.index < item.index
            for each in case.located
        ),
        f"第 {attempt} 次抽取在随机值已写入日志之后终止",
        f"attempt {attempt} was called off although its PHI had been logged",
    )
    found.require(
        item.entry.at < notice.t_phi,
        f"第 {attempt} 次抽取在随机值可知之后终止：{item.entry.reason}，{item.entry.authority}",
        f"attempt {attempt} was called off after its last value could be known: "
        f"{item.entry.reason}, by {item.entry.authority}",
    )
    if cut is None:
        zh = f"第 {attempt} 次抽取的终止没有见证的时间"
        en = f"no checkpoint shows when attempt {attempt} was called off"
        (found.fault if case.policy.is_witnessed else found.flag)(zh, en)
        return
    checkpoint = checkpoint_of(cut.checkpoint)
    if not isinstance(checkpoint, Checkpoint):
        raise BlockedError("V1")
    found.require(
        item.index < checkpoint.size,
        f"第 {attempt} 次抽取的终止晚于随机值可知前的检查点",
        f"the VOID of attempt {attempt} does not lie under a checkpoint from before its last "
        "value could be known",
    )
    latest = notice.t_phi - CUT_MARGIN_SECONDS
    check_witnessed(case, checkpoint, item.entry.at, latest, found)


def _print_result(case: Case, found: Findings) -> None:
    """Say what the result would have been, so that calling off late cannot hide it."""
    try:
        order = recomputed_order(case)
    except BlockedError:
        found.fault(
            "若有随机值的证据（phi.json），可算出本来的结果",
            "with evidence of the last value (phi.json) anyone can compute what it hides",
        )
        return
    winners = ", ".join(order[: case.notice.entry.k])
    found.fault(f"本来的结果是 {winners}", f"the result would have been {winners}")


def is_demonstration(case: Case) -> bool:
    """Say whether the draw was made in mode D1, which protects nobody."""
    return any(
        item.leaf == case.draw and item.entry.phi.mode is Mode.PLATFORM for item in case.notices
    )
