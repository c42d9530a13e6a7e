"""V11: who holds a place now, after declines, disqualifications and replacements."""

from dataclasses import dataclass
from typing import Final

from lottery.beacon import drand
from lottery.beacon.errors import BeaconError
from lottery.checks.case import Case, Located, checkpoint_of
from lottery.checks.findings import BlockedError, Findings
from lottery.checks.log import CUT_MARGIN_SECONDS, check_witnessed
from lottery.checks.notice import check_issue
from lottery.draw import fresh_order
from lottery.entries import (
    Alternates,
    Departure,
    DrandSource,
    DrawEntry,
    NextValue,
    NumbersEvidence,
    NumbersSource,
    PhiSource,
    Replace,
)
from lottery.errors import LotteryError
from lottery.note import Checkpoint
from lottery.phi import evaluate
from lottery.seed import fresh_seed, vrf_alpha

# Between a departure and the value that fills the place there must be time for witnesses.
MIN_DEPARTURE_TO_PHI_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class _Vacancy:
    """A place that a fresh draw fills: the departure, and who may not take the place."""

    left: Located[Departure]
    value: NextValue
    barred: frozenset[str]


class _Places:
    """Who holds a place and who stands by, while entries are replayed."""

    def __init__(self, case: Case, found: Findings) -> None:
        self.case = case
        self.found = found
        self.order = case.result.entry.order
        self.fresh = case.notice.entry.alternates == Alternates.FRESH
        self.selected = list(self.order[: case.notice.entry.k])
        self.ever = set(self.selected)
        self.gone: set[str] = set()
        self.vacancies: dict[str, _Vacancy] = {}
        self.replaced: dict[str, int] = {}

    def leave(self, item: Located[Departure]) -> None:
        """Take a firm out."""
        firm, value = item.entry.who, item.entry.next_value
        known = firm in (self.selected if self.fresh else self.order)
        self.found.require(
            known and firm not in self.gone,
            f"{firm} 不在次序之内（重新抽取候补时：并未中选），或重复退出",
            f"{firm} is not in the order (with fresh alternates: not selected), or leaves twice",
        )
        leaves_place = self.fresh and firm in self.selected and firm not in self.gone
        self.found.require(
            leaves_place == (value is not None),
            f"{firm} 的退出条目应有或不应有下一随机值",
            f"the entry by which {firm} leaves has a next value where it should not, or none",
        )
        if leaves_place and value is not None:
            self.vacancies[firm] = _Vacancy(item, value, frozenset(self.ever))
        self.gone.add(firm)

    def replace(self, item: Located[Replace]) -> None:
        """Move the next alternate up."""
        out, coming = item.entry.out_firm, item.entry.in_firm
        self.found.require(
            out in self.selected and out in self.gone,
            f"{out} 并未退出，不应被替换",
            f"{out} is replaced without a logged reason",
        )
        line = self._fresh_line(item) if self.fresh else self._ordered_line(item)
        # Where alternates are fresh only selected firms leave, so nobody is skipped for that.
        passed = self.gone | self.ever
        place, expected = next(
            ((place, firm) for place, firm in line if firm not in passed), (0, None)
        )
        self.found.require(
            (coming, item.entry.rank) == (expected, place),
            f"应由第 {place} 名 {expected} 递补，而不是第 {item.entry.rank} 名 {coming}",
            f"the next alternate is {expected} at rank {place}, "
            f"not {coming} at rank {item.entry.rank}",
        )
        if out in self.selected:
            self.selected[self.selected.index(out)] = coming
            self.replaced[out] = item.index
        self.ever.add(coming)

    def _ordered_line(self, item: Located[Replace]) -> list[tuple[int, str]]:
        self.found.require(
            item.entry.evidence is None,
            "依次递补不用新的随机值",
            "alternates that move up in order need no new value",
        )
        return list(enumerate(self.order, start=1))

    def _fresh_line(self, item: Located[Replace]) -> list[tuple[int, str]]:
        vacancy, evidence = self.vacancies.get(item.entry.out_firm), item.entry.evidence
        if vacancy is None:
            return []  # Said already.
        first = next((firm for firm in self.vacancies if firm not in self.replaced), None)
        self.found.require(
            item.entry.out_firm == first,
            f"应先递补 {first} 的空缺：先空缺者先递补",
            f"the place of {first} fell vacant before and must be filled first",
        )
        self.found.require(
            item.entry.at >= vacancy.value.t_phi,
            "递补早于约定的随机值可知之时",
            "the REPLACE claims a time before the next value could be known",
        )
        if evidence is None:
            self.found.fault(
                "递补没有随机值的证据", "the REPLACE has no evidence of the next value"
            )
            return []
        if isinstance(evidence, NumbersEvidence):
            self.found.flag(
                "递补所用的号码由平台录入，请与该期开奖号码核对",
                "the platform typed the numbers of the later issue: compare them with the draw's",
            )
        seed, leaf = self.case.seed, vacancy.left.leaf
        try:
            value = evaluate(vacancy.value.phi, evidence, vrf_alpha(leaf, seed))
        except LotteryError as error:
            self.found.fault(f"递补的随机值证据不实（{error}）", str(error))
            return []
        number = fresh_seed(seed, leaf, value)
        return list(enumerate(fresh_order(self.case.weights, vacancy.barred, number), start=1))


def standing(case: Case, found: Findings) -> list[str]:
    """Replay declines, disqualifications and replacements, and return who is selected now."""
    result = case.result
    places = _Places(case, found)
    for item in case.of(DrawEntry):
        match item.entry:
            case Departure() as left:
                places.leave(Located(item.index, left, item.leaf, item.number))
            case Replace() as move:
                places.replace(Located(item.index, move, item.leaf, item.number))
            case _:
                continue
        found.require(
            item.index > result.index,
            f"第 {item.index} 条早于结果",
            f"entry {item.index} comes before the result that it changes",
        )
    for firm, vacancy in places.vacancies.items():
        _check_next(case, vacancy, found)
        _check_cut(case, vacancy, places.replaced.get(firm), found)
    return [firm for firm in places.selected if firm not in places.gone]


def v11_replacements(case: Case, found: Findings) -> None:
    """Check that places were refilled by rule, each for a logged reason."""
    if case.is_called_off:
        found.fact("抽取已终止", "the draw was called off")
        return
    left = standing(case, found)
    found.fact(f"现中选 {', '.join(left) or '无'}", f"selected now: {', '.join(left) or 'nobody'}")


def _check_next(case: Case, vacancy: _Vacancy, found: Findings) -> None:
    """Check that the next value is of the notice's source, later, and fixed."""
    value, at = vacancy.value, vacancy.left.entry.at
    found.require(
        _fixed(value.phi) == _fixed(case.notice.entry.phi),
        "下一随机值的来源与公告不同",
        "the next value is of another source than the notice fixed",
    )
    found.require(
        value.t_phi >= at + MIN_DEPARTURE_TO_PHI_SECONDS,
        f"下一随机值须在退出 {MIN_DEPARTURE_TO_PHI_SECONDS} 秒之后",
        f"the next value must come at least {MIN_DEPARTURE_TO_PHI_SECONDS} s after the departure",
    )
    check_issue(value.phi, found)
    first = case.notice.entry.phi
    if isinstance(value.phi, NumbersSource) and isinstance(first, NumbersSource):
        found.require(
            value.phi.issue > first.issue,
            "递补用的期号不在公告的期号之后，号码早已公布",
            "the issue is not later than the notice's own, so its numbers are known",
        )
    if isinstance(value.phi, DrandSource):
        try:
            chain = drand.chain_by_hash(value.phi.chain)
            expected = drand.first_round_at_or_after(chain, value.t_phi)
        except BeaconError as error:
            found.fault(f"随机信标无法确认（{error}）", str(error))
            return
        found.require(
            value.phi.round == expected,
            f"约定的轮次 {value.phi.round} 不是该时刻起的第一轮 {expected}",
            f"round {value.phi.round} is not {expected}, the first at or after the declared time",
        )


def _fixed(source: PhiSource) -> tuple[object, ...]:
    """Return what a later value must share with that of the notice."""
    match source:
        case DrandSource():
            return source.mode, source.chain
        case NumbersSource():
            return source.mode, source.game
        case _:
            return source.mode, source.keys


def _check_cut(case: Case, vacancy: _Vacancy, replaced_at: int | None, found: Findings) -> None:
    """Check that the departure was witnessed before the value that fills its place."""
    left = vacancy.left
    name = f"later/{left.number:03d}"
    cut = case.bundle.later.get(left.number)
    if cut is None:
        found.require(
            replaced_at is None,
            f"没有 {name} 检查点，无法确认退出早于随机值",
            f"no checkpoint {name} shows that the firm had left before the value was known",
        )
        return
    checkpoint = checkpoint_of(cut.checkpoint)
    if not isinstance(checkpoint, Checkpoint):
        raise BlockedError("V1")
    found.require(
        left.index < checkpoint.size and (replaced_at is None or checkpoint.size <= replaced_at),
        f"{name} 检查点应含退出条目而不含其递补",
        f"{name} does not hold the departure, or already holds its replacement",
    )
    latest = vacancy.value.t_phi - CUT_MARGIN_SECONDS
    check_witnessed(case, checkpoint, left.entry.at, latest, found)
