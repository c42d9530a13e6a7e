"""V3, V4 and V13: what the notice fixed, and whether it was kept."""

from lottery.beacon import drand
from lottery.beacon.errors import BeaconError
from lottery.checks.case import Case, Located
from lottery.checks.findings import Findings, Said
from lottery.entries import (
    Close,
    Commit,
    DrandSource,
    DrawEntry,
    Enrol,
    Freeze,
    Mode,
    Notice,
    NumbersSource,
    Phi,
    PhiSource,
    Result,
    Void,
    VrfSource,
)
from lottery.moments import beijing
from lottery.phi import is_issue

# Between freeze_by and the last value there must be time for reveals and witnesses.
MIN_FREEZE_TO_PHI_SECONDS = 600
MIN_REVEAL_TO_PHI_SECONDS = 60
RESULT_WITHIN_SECONDS = 600
# After these seven days a source that was silent counts as lost (section 7, V12).
LOST_AFTER_SECONDS = 604_800

DEMONSTRATION = Said(
    "演示模式（D1）：随机值只由平台一方产生，平台可以预知并操纵结果，不构成保障",
    "demonstration mode (D1): the platform alone makes the last value and could foresee and "
    "steer the result; this is no safeguard",
)


def timetable_faults(notice: Notice) -> list[Said]:
    """Return what is wrong with the timetable of a notice; nothing if it may be published.

    Args:
        notice: The notice, logged or still to be logged.

    Returns:
        One sentence in two languages for each fault.

    Source: docs/spec/lottery-v1.md, section 1.
    """
    found = Findings()
    steps = (notice.at, notice.enrol_open, notice.enrol_close, notice.freeze_by, notice.reveal_by)
    found.require(
        list(steps) == sorted(steps) and notice.enrol_open < notice.enrol_close,
        "公告、报名开始、报名截止、冻结、揭示的时间次序有误",
        "notice, enrol_open, enrol_close, freeze_by and reveal_by must follow one another",
    )
    found.require(
        notice.t_phi >= notice.freeze_by + MIN_FREEZE_TO_PHI_SECONDS,
        f"随机值须在冻结期限 {MIN_FREEZE_TO_PHI_SECONDS} 秒之后",
        f"the last value must come at least {MIN_FREEZE_TO_PHI_SECONDS} s after freeze_by",
    )
    found.require(
        notice.t_phi >= notice.reveal_by + MIN_REVEAL_TO_PHI_SECONDS,
        f"随机值须在揭示期限 {MIN_REVEAL_TO_PHI_SECONDS} 秒之后",
        f"the last value must come at least {MIN_REVEAL_TO_PHI_SECONDS} s after reveal_by",
    )
    if isinstance(notice.phi, DrandSource):
        _check_round(notice, notice.phi, found)
    check_issue(notice.phi, found)
    return found.faults


def check_issue(source: PhiSource, found: Findings) -> None:
    """Check that an issue of mode B is written as its game writes them, so that it has one name."""
    if isinstance(source, NumbersSource):
        found.require(
            is_issue(source),
            f"{source.game} 没有期号 {source.issue}",
            f"{source.game} is not known here, or has no issue {source.issue}",
        )


def _check_round(notice: Notice, source: DrandSource, found: Findings) -> None:
    try:
        chain = drand.chain_by_hash(source.chain)
        expected = drand.first_round_at_or_after(chain, notice.t_phi)
    except BeaconError as error:
        found.fault(f"随机信标无法确认（{error}）", str(error))
        return
    found.require(
        source.round == expected,
        f"公告的轮次 {source.round} 不是该时刻起的第一轮 {expected}",
        f"round {source.round} is not {expected}, the first at or after the declared time",
    )


def v3_one_notice(case: Case, found: Findings) -> None:
    """Check that this draw has one notice, and that earlier attempts were called off."""
    notices = case.notices
    mine = [item for item in notices if item.leaf == case.draw]
    if len(mine) != 1:
        found.fault(
            f"此次抽取的公告应有且只有一份，现有 {len(mine)} 份",
            f"there must be exactly one notice of this draw, there are {len(mine)}",
        )
        return
    notice = mine[0].entry
    found.require(
        all(item.entry.need == notice.need for item in notices),
        "含有另一采购需求的公告",
        "there is a notice of another need",
    )
    attempts = sorted(item.entry.attempt for item in notices)
    found.require(
        attempts == list(range(1, notice.attempt + 1)),
        f"应有第 1 至第 {notice.attempt} 次的公告各一份，现有 {attempts}",
        f"there must be one notice for each attempt up to {notice.attempt}, found {attempts}",
    )
    for item in notices:
        _check_chain(case, item, found)
    found.fact(
        f"{notice.need} 第 {notice.attempt} 次抽取",
        f"need {notice.need}, attempt {notice.attempt}",
    )


def _check_chain(case: Case, item: Located[Notice], found: Findings) -> None:
    """Check that a notice follows the calling-off of the attempt before it."""
    attempt = item.entry.attempt
    if attempt == 1:
        found.require(
            item.entry.prev is None,
            "第 1 次公告不应承接别的抽取",
            "the notice of attempt 1 points to an earlier draw",
        )
        return
    before = [
        other
        for other in case.notices
        if other.leaf.hex() == item.entry.prev and other.entry.attempt == attempt - 1
    ]
    voids = [
        void
        for void in case.located
        if isinstance(void.entry, Void) and void.entry.draw == item.entry.prev
    ]
    found.require(
        before and any(v.index < item.index and v.entry.at <= item.entry.at for v in voids),
        f"第 {attempt} 次公告没有承接前次的终止，或自称早于前次的终止",
        f"the notice of attempt {attempt} does not follow a VOID of the attempt before, in the "
        "log and by its time",
    )


def says_lost(void: Void, notice: Notice) -> bool:
    """Say whether a VOID comes so late that it can only mean that the last value was lost."""
    return void.at >= notice.t_phi + LOST_AFTER_SECONDS


def v4_source(case: Case, found: Findings) -> None:
    """Check that source and time of the last value were fixed once and kept."""
    notice = case.notice.entry
    for freeze in case.of(Freeze):
        found.require(
            freeze.entry.phi == notice.phi,
            "冻结时的随机来源与公告不同",
            "FREEZE names another source than NOTICE",
        )
    found.faults.extend(timetable_faults(notice))
    if isinstance(notice.phi, VrfSource):
        _check_pins(case, notice.phi, found)
    if notice.phi.mode is Mode.PLATFORM:
        found.flags.append(DEMONSTRATION)
    if notice.phi.mode is Mode.NUMBERS:
        found.flag(
            f"没有文件记载该期何时开奖，请自行核实其开奖不早于 {beijing(notice.t_phi)}",
            "no document says when this issue is drawn: make sure that it was not before "
            f"{beijing(notice.t_phi)}",
        )
    found.facts.append(describe_source(notice.phi))


def describe_source(source: PhiSource) -> Said:
    """Return in words where the last value comes from."""
    match source:
        case DrandSource():
            return Said(
                f"模式 A：drand 第 {source.round} 轮",
                f"mode A: drand round {source.round}",
            )
        case VrfSource():
            keys = ", ".join(source.keys)
            return Said(f"模式 {source.mode}：公钥 {keys}", f"mode {source.mode}: keys {keys}")
        case _:
            name = f"{source.game}/{source.issue}"
            return Said(f"模式 B：{name}", f"mode B: {name}")


def _check_pins(case: Case, source: VrfSource, found: Findings) -> None:
    """Compare the trustees' keys with those that the verifier's own policy pins."""
    roles = {
        Mode.PLATFORM: ("platform",),
        Mode.SUPERVISED: ("platform", "supervisor"),
    }.get(source.mode, ("trustee",) * len(source.keys))
    for role, key in zip(roles, source.keys, strict=True):
        pinned = case.policy.vrf_keys.get(role)
        if pinned is None and role != "platform":
            found.flag(
                f"您的信任文件没有列出 {role} 的公钥，请与公开渠道核对 {key}",
                f"your policy pins no {role} key: compare {key} with one published elsewhere",
            )
        found.require(
            pinned is None or key in pinned,
            f"{role} 的公钥 {key} 不是您信任的公钥",
            f"the {role} key {key} is not one that your policy pins",
        )


def v13_deadlines(case: Case, found: Findings) -> None:
    """Compare the times that the entries claim with the deadlines of the notice."""
    notice = case.notice.entry
    for enrol in case.of(Enrol):
        found.require(
            notice.enrol_open <= enrol.entry.at <= notice.enrol_close,
            f"第 {enrol.entry.seq} 号报名不在报名期内",
            f"enrolment {enrol.entry.seq} lies outside the time for enrolling",
        )
    for commit in case.of(Commit):
        found.require(
            commit.entry.at <= notice.enrol_close,
            f"{commit.entry.who} 的承诺晚于截止",
            f"the commitment of {commit.entry.who} came after enrol_close",
        )
    for close in case.of(Close):
        found.require(
            close.entry.at >= notice.enrol_close,
            "提前截止报名",
            "enrolment was closed before its time",
        )
    for freeze in case.of(Freeze):
        found.require(
            freeze.entry.at >= notice.enrol_close,
            "名单在报名截止前冻结",
            "FREEZE claims a time before enrol_close",
        )
    _check_after(case, notice, found)
    found.fact("依条目自称的时间核对", "by the times that the entries claim")


def _check_after(case: Case, notice: Notice, found: Findings) -> None:
    arrivals: list[Located[DrawEntry]] = [*case.of(Phi), *case.of(Result)]
    for item in arrivals:
        name = item.entry.kind.upper()
        found.require(
            item.entry.at >= notice.t_phi,
            f"{name} 早于随机值可知之时",
            f"{name} claims a time before the last value could be known",
        )
    due: list[tuple[Located[DrawEntry], int]] = [
        *((item, notice.freeze_by) for item in (*case.of(Close), *case.of(Freeze))),
        *((item, notice.t_phi + RESULT_WITHIN_SECONDS) for item in arrivals),
    ]
    for item, latest in due:
        if item.entry.at > latest:
            name = item.entry.kind.upper()
            found.flag(
                f"{name} 迟于期限（结果不受影响）",
                f"{name} is overdue; this cannot change the result",
            )
