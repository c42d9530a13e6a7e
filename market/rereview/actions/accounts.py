"""On whose account the time of a dispute passes: while others judge it, and once it has ended.

Time with experts or an authority is the reviewers'. Who was right loses nothing by it; who gave in,
or judged by a copy that was another file, has it; who lost has it from the second time on
(docs/adr/0075, 0108). Nothing is taken from an account but to be given to another.
"""

from typing import Final

from market.clocks import actions as clocks
from market.clocks.queries import events_of
from market.clocks.queries import locked as clock_locked
from market.clocks.replay import Correction
from market.clocks.rules import ClockMove, Party
from market.contracts.examining.record import service_clock
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.rereview import queries, results
from market.rereview.model import Rereview
from market.rereview.rules import RereviewMove, RereviewState, is_lost, pays

REFERRED: Final = msgid("请主管部门裁定")
UPHELD: Final = msgid("复评维持退回，恢复计中介机构的时间")
NOT_DRAWN: Final = msgid("没有组成复评小组，恢复计中介机构的时间")
FAILED: Final = msgid("复评没有形成结论：申请以来至此的时间转计第三方，此后恢复计中介机构")
WITHDRAWN: Final = {
    Party.FIRM: msgid("中介机构撤回复评申请，申请以来的时间仍计中介机构"),
    Party.OWNER: msgid("业主撤回复评申请，申请以来的时间计业主"),
    Party.THIRD_PARTY: msgid("抽取专家的随机值没有按期产生，撤回以前的时间计入第三方"),
}
WITHDRAWN_LATE: Final = msgid("主管部门逾期没有裁定，申请人撤回，恢复计中介机构的时间")
REFUSED: Final = {
    Party.FIRM: msgid("成果副本与提交的成果不一致，复评终止，申请以来的时间计中介机构"),
    Party.OWNER: msgid("成果副本与提交的成果不一致，复评终止，申请以来的时间计业主"),
}
LOST: Final = {
    Party.FIRM: msgid("同一合同再次申请复评，争议又都没有成立：复评占用的时间计中介机构"),
    Party.OWNER: msgid("同一合同再次申请复评，争议又都没有成立：复评占用的时间计业主"),
}


def asker(row: Rereview, contract: Contract) -> Party:
    """Return whose account stands for the side that asked."""
    return Party.FIRM if row.asked_by_org_id == contract.firm_org_id else Party.OWNER


def refer(work: UnitOfWork, contract: Contract) -> None:
    """Let time pass on the reviewers' account while an authority decides."""
    clocks.hand_to(work, service_clock(work, contract), Party.REVIEWER, REFERRED, keeps=True)


def fail(work: UnitOfWork, row: Rereview, contract: Contract) -> None:
    """Give the time since the request to the third parties: neither side could do anything."""
    if work.now == row.asked_at:
        clocks.hand_to(work, service_clock(work, contract), Party.FIRM, NOT_DRAWN)
    else:
        _since_handed(work, contract, Party.THIRD_PARTY, FAILED)


def is_late(work: UnitOfWork, row: Rereview) -> bool:
    """Whether whoever brings the value, or the authority, lets a dispute lie, or did."""
    is_over = row.due_at is not None and work.now >= row.due_at
    at_authority = row.state is RereviewState.REFERRED
    return row.overdue or (at_authority and is_over) or results.is_value_late(work, row)


def withdraw(
    work: UnitOfWork, row: Rereview, contract: Contract, was: RereviewState, *, was_late: bool
) -> None:
    """Give the judges' time to whoever takes the dispute back, unless they let it lie."""
    if was is RereviewState.FAILED:
        return
    if was is RereviewState.REFERRED and was_late:
        clocks.hand_to(work, service_clock(work, contract), Party.FIRM, WITHDRAWN_LATE)
        return
    to = Party.THIRD_PARTY if was_late else asker(row, contract)
    _since_handed(work, contract, to, WITHDRAWN[to])


def uphold(work: UnitOfWork, row: Rereview, contract: Contract, *, is_paid: bool) -> None:
    """Let time pass on the firm's account again; what the judges took stays theirs, or is paid."""
    if is_paid:
        to = asker(row, contract)
        _since_handed(work, contract, to, LOST[to])
    else:
        clocks.hand_to(work, service_clock(work, contract), Party.FIRM, UPHELD)


def costs_asker(work: UnitOfWork, row: Rereview, move: RereviewMove) -> bool:
    """Whether what follows for a return costs whoever disputed it the judges' time."""
    panel = queries.panel_of(work, row)
    found = results.majorities(work, row, panel).values() if panel else ()
    free = queries.rules_of(row).integer("rereview.lost_free")
    before = results.lost_before(work, queries.contract_of(work, row), row.asked_by_org_id)
    return is_lost(move, found) and pays(
        lost_before=before, lost_free=free, is_late=is_late(work, row)
    )


def refuse(work: UnitOfWork, row: Rereview, contract: Contract, was: RereviewState) -> None:
    """Give all of the time that a false copy took to whoever made it."""
    to = asker(row, contract)
    if was is not RereviewState.DRAWING:
        _what_failed_took(work, row, contract, to)
    if was is not RereviewState.FAILED:
        _since_handed(work, contract, to, REFUSED[to])


def _what_failed_took(work: UnitOfWork, row: Rereview, contract: Contract, to: Party) -> None:
    """Give to another what passed on the third parties' account before there was no conclusion."""
    clock = clock_locked(work, service_clock(work, contract).id)
    for event in events_of(work, clock):
        if event.corrects_from_at == row.asked_at and event.corrects_to == Party.THIRD_PARTY:
            one = Correction(row.asked_at, event.happened_at, Party.THIRD_PARTY, to)
            clocks.reassign(work, clock, one, REFUSED[to])
            return


def _since_handed(work: UnitOfWork, contract: Contract, to: Party, why: str) -> None:
    """Give the reviewers' time since it began last to another; the firm's runs on."""
    clock = service_clock(work, contract)
    last = next(
        event
        for event in reversed(events_of(work, clock))
        if event.kind == ClockMove.HAND and event.party is Party.REVIEWER
    )
    clocks.correct(
        work,
        clock,
        from_at=last.happened_at,
        of=Party.REVIEWER,
        to=to,
        party=Party.FIRM,
        why=why,
    )
