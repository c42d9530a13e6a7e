"""V6 and V7: who is in the draw, and what was contributed to its seed."""

from collections import Counter
from typing import TypeAlias

from lottery.beacon import ed25519
from lottery.checks.case import Case, Located
from lottery.checks.findings import Findings
from lottery.draw import check_weights
from lottery.encoding import sha256
from lottery.entries import (
    Close,
    Commit,
    DrawEntry,
    Enrol,
    Freeze,
    Ineligible,
    Reveal,
    WeightRule,
    Withdraw,
)
from lottery.errors import ListError, WeightError
from lottery.listing import ListLine, list_root
from lottery.seed import commit_message, enrol_commit, enrolment_number

_Removed: TypeAlias = Located[Withdraw] | Located[Ineligible]


def v6_list(case: Case, found: Findings) -> None:
    """Check that the list opens precisely the logged enrolments."""
    if not case.of(Freeze):
        _require_called_off(case, found)
        return
    lines = case.list_lines
    if isinstance(lines, ListError):
        found.fault(f"名单无法读取（{lines}）", str(lines))
        return
    enrols = {item.index: item for item in case.of(Enrol)}
    _check_enrolments(case, found)
    _check_removals(case, enrols, lines, found)
    for line in lines:
        _check_line(case, line, enrols, found)
    if not found.faults:
        _check_freeze(case, lines, enrols, found)


def _require_called_off(case: Case, found: Findings) -> None:
    found.require(case.is_called_off, "没有冻结条目", "there is no FREEZE")
    found.fact("抽取在冻结前终止，没有名单", "the draw ended before a list was frozen")


def _check_enrolments(case: Case, found: Findings) -> None:
    """Check that the enrolments are numbered without gaps, and as CLOSE counted them."""
    # Each entry counts, not each index: one that stands in the bundle twice is one too many.
    numbers = sorted(item.entry.seq for item in case.of(Enrol))
    found.require(
        numbers == list(range(len(numbers))),
        "报名序号有缺漏或重复",
        "the enrolments are not numbered 0, 1, 2, … without gaps",
    )
    for close in case.of(Close)[:1]:
        before = [item.index for item in case.of(DrawEntry) if item.index < close.index]
        first = case.notice.index
        said = (close.entry.first_index, close.entry.last_index, close.entry.enrolled)
        found.require(
            said == (first, max(before, default=first), len(numbers)),
            "截止条目的范围或报名数与日志不符",
            "CLOSE states another range or number of enrolments than the log holds",
        )


def _check_removals(
    case: Case, enrols: dict[int, Located[Enrol]], lines: list[ListLine], found: Findings
) -> None:
    """Check that each enrolment is either listed or removed, once, before the freeze."""
    removals: list[_Removed] = [*case.of(Withdraw), *case.of(Ineligible)]
    for item in removals:
        kind = item.entry.kind.upper()
        found.require(
            item.entry.enrol < item.index < case.freeze.index,
            f"{kind} 不在报名与冻结之间",
            f"a {kind} does not lie between its enrolment and FREEZE",
        )
    accounted = Counter(line.enrol_index for line in lines)
    accounted.update(item.entry.enrol for item in removals)
    for index, count in accounted.items():
        found.require(
            count == 1, f"第 {index} 条报名被使用 {count} 次", f"enrolment {index} is used {count}×"
        )
        found.require(
            index in enrols, f"第 {index} 条不是报名", f"entry {index} is no enrolment of this draw"
        )
    for index in sorted(set(enrols) - set(accounted)):
        found.fault(
            f"第 {index} 条报名既未列入也无退出记录",
            f"enrolment {index} is neither listed nor removed: a firm was left out",
        )


def _check_line(
    case: Case, line: ListLine, enrols: dict[int, Located[Enrol]], found: Findings
) -> None:
    enrol = enrols.get(line.enrol_index)
    if enrol is None:
        return  # Said already.
    opened = enrol_commit(bytes.fromhex(line.salt), case.draw, line.firm_id)
    found.require(
        opened.hex() == enrol.entry.enrol_commit,
        f"{line.firm_id} 不能打开第 {line.enrol_index} 条报名",
        f"{line.firm_id} does not open enrolment {line.enrol_index}",
    )


def _check_freeze(
    case: Case, lines: list[ListLine], enrols: dict[int, Located[Enrol]], found: Findings
) -> None:
    """Compare what FREEZE states with the list itself."""
    freeze = case.freeze.entry
    root = list_root((x.firm_id, x.weight, enrols[x.enrol_index].leaf) for x in lines)
    digest = sha256(case.bundle.list_file or b"")
    found.require(root.hex() == freeze.list_root, "名单根不符", "the list has another list_root")
    found.require(
        digest.hex() == freeze.list_digest, "名单文件不符", "the list file has another digest"
    )
    try:
        total = check_weights(case.weights)
    except WeightError as error:
        found.fault(f"权重越界（{error}）", str(error))
        return
    said = (freeze.n, freeze.weight_total, freeze.enrolled, freeze.withdrawn, freeze.ineligible)
    counted = (
        len(lines),
        total,
        len(case.of(Enrol)),
        len(case.of(Withdraw)),
        len(case.of(Ineligible)),
    )
    found.require(
        said == counted,
        f"冻结的数目 {said} 与实际 {counted} 不符",
        f"FREEZE states n, W, enrolled, withdrawn, ineligible = {said}, the log has {counted}",
    )
    equal = case.notice.entry.weight_rule is not WeightRule.EQUAL or total == len(lines)
    found.require(equal, "公告规定权重相等，名单并非如此", "the notice gives all firms one weight")
    found.fact(
        f"报名 {counted[2]} 家：列入 {counted[0]}，退出 {counted[3]}，不合格 {counted[4]}",
        f"{counted[2]} enrolled: {counted[0]} listed, {counted[3]} withdrawn, "
        f"{counted[4]} ineligible",
    )


def v7_contributions(case: Case, found: Findings) -> None:
    """Check commitments and reveals."""
    if not case.of(Freeze):
        _require_called_off(case, found)
        return
    contributors = case.notice.entry.contributors
    commits = case.of(Commit)
    who = [item.entry.who for item in commits]
    found.require(
        len(set(who)) == len(who) and all(_may_commit(case, item) for item in commits),
        "有人重复承诺，或承诺者不在公告之列",
        "someone committed twice, or may not contribute to this draw",
    )
    for close in case.of(Close)[:1]:
        found.require(
            all(item.index < close.index for item in commits)
            and close.entry.commits == len(commits),
            "承诺晚于截止，或数目与截止条目不符",
            "a commitment follows CLOSE, or CLOSE counted another number",
        )
    _check_signatures(case, commits, found)
    by_name = {item.entry.who: item.entry.commit for item in commits}
    found.require(
        case.freeze.entry.commits == tuple(by_name.get(each.who) for each in contributors),
        "冻结条目抄录的承诺与日志不符",
        "FREEZE copies other commitments than were logged",
    )
    _check_reveals(case, found)


def _may_commit(case: Case, item: Located[Commit]) -> bool:
    """Say whether a commitment is a contributor's, or an enrolment's that the log already had."""
    notice, who = case.notice.entry, item.entry.who
    if any(each.who == who for each in notice.contributors):
        return True
    number = enrolment_number(who)
    return notice.firm_commits and any(
        enrol.index < item.index for enrol in case.of(Enrol) if enrol.entry.seq == number
    )


def _check_signatures(case: Case, commits: list[Located[Commit]], found: Findings) -> None:
    keys = {each.who: each.key for each in case.notice.entry.contributors}
    for item in commits:
        entry, key = item.entry, keys.get(item.entry.who)
        if key is None:
            found.require(
                entry.signature is None,
                f"{entry.who} 没有公钥，不应有签名",
                f"{entry.who} has no key, so its signature means nothing",
            )
            found.flag(
                f"{entry.who} 的承诺没有签名，仅凭平台的说法",
                f"the commitment of {entry.who} is unsigned: it is the platform's word",
            )
            continue
        message = commit_message(case.draw, bytes.fromhex(entry.commit))
        signature = bytes.fromhex(entry.signature or "")
        found.require(
            ed25519.verify(bytes.fromhex(key), message, signature),
            f"{entry.who} 的承诺签名不符",
            f"the commitment of {entry.who} is not signed with its key",
        )


def _check_reveals(case: Case, found: Findings) -> None:
    """Check that the counted reveals were not a choice made once the last value was known."""
    deadline = case.notice.entry.reveal_by
    for item in case.of(Reveal):
        if not case.opens(item.entry):
            found.flag(
                f"{item.entry.who} 的揭示与承诺不符，视为缺席",
                f"a reveal of {item.entry.who} opens no commitment; it is not counted",
            )
        elif item.entry.at > deadline:
            found.flag(
                f"{item.entry.who} 逾期揭示，视为缺席",
                f"{item.entry.who} revealed late; it is not counted",
            )
        else:
            found.require(
                item.index < case.cut_size,
                f"{item.entry.who} 按时揭示，却不在 cut 检查点之内",
                f"{item.entry.who} revealed in time but lies outside the cut: the cut was chosen",
            )
    for (who, _), value in zip(case.committers, case.counted_reveals, strict=True):
        if value is None:
            found.flag(f"{who} 没有揭示", f"{who} did not reveal")
        else:
            found.fact(f"{who} 已揭示", f"{who} revealed")
    if not case.committers:
        found.fact("没有另设出数方", "nobody else contributed to the seed")
