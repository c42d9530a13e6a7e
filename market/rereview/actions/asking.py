"""Disputing a return: experts are drawn from the pool of this instant, by a value to come."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import select

from market import regulations, rulebook
from market.accounts.queries import operator_id, organisation
from market.clocks import actions as clocks
from market.clocks.rules import ClockState, ClockSuspendedError, Party
from market.contracts.actions.held import locked_free
from market.contracts.examining.queries import current
from market.contracts.examining.record import close_dispute, service_clock
from market.contracts.model import Contract, Review
from market.db import UnitOfWork
from market.draws.model import Draw
from market.draws.rules import DrawMode
from market.errors import MissingError, msgid
from market.experts.queries import qualified
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.installation import Installation
from market.messages.actions import tell
from market.needs.queries import by_id as need_by_id
from market.numbers import next_number
from market.panels.actions.announcing import Plan, announce
from market.panels.errors import PoolTooSmallError
from market.panels.rules import PanelSubject, panel_times
from market.regulations import Regulation
from market.rereview import blinding, queries
from market.rereview.actions.ending import fail
from market.rereview.disputable import (
    Disputable,
    disputable,
    is_in_time,
    may_dispute,
    other_side,
    returned,
    reviewer_of,
)
from market.rereview.errors import (
    AskedBeforeError,
    AskedLateError,
    EveryPointError,
    NotBlindCopyError,
    NothingReturnedError,
    OwnReturnError,
    TellingWordsError,
)
from market.rereview.messages import ASKED, COMMENT, COPY, UNDRAWN
from market.rereview.model import Rereview, RereviewPoint
from market.rereview.record import commitment_of, say_moved
from market.rereview.rules import (
    CLOSE_AFTER,
    Failure,
    RereviewState,
    calls_from,
    disputed,
    points_of,
    seats_of,
)
from market.scoring.blind import keep_blind

SALT_BYTES: Final = 32
# Sheets are due so many days after the experts are called; until then the panel's row says this.
_AHEAD: Final = timedelta(days=30)
WHY: Final = msgid("合同一方对退回有争议，专家复评中")

RULES: Final = (
    "申请受理时专家库中本事项的全部有效专家，都是候选人；此后入库的不列入。",
    (
        "名单冻结前，与业主、中介机构、作出评审结论的部门或运营机构有利害关系的专家，与签署、提交成果和"
        "作出结论的人员姓名相同的专家，以及已经停用的专家，一律回避，逐名写入公开日志。"
    ),
    (
        "由公开摇号协议 ismdraw/v1 从名单中抽取专家；辞谢、逾期未答复的，接受或交表时已经停用或者"
        "应当回避的，按抽取次序递补。"
    ),
    (
        "只抽取一次。随机值晚到的不另抽，评审期限从通知专家时起算。无法组成复评小组的，复评没有结论，"
        "申请人可以请主管部门裁定。"
    ),
    (
        "专家只看隐去名称的成果副本和争议内容；评审表密封写入公开日志，全部到齐或者期限届满后同时公开。"
        "每一条由超过半数席位的意见决定；退回的每一条都有争议并且都不成立的，撤销退回。"
    ),
    (
        "每名专家在本次抽取中另有编号：以本文件承诺的密钥，由抽取编号和专家库编码"
        "经 HMAC-SHA256 得出。密钥与结果一并公布，届时人人可以由专家库编码算出编号。"
    ),
)


def ask(
    work: UnitOfWork,
    here: Installation,
    contract: Contract,
    words: Mapping[int, str],
    *,
    folder: Path,
    stream: BinaryIO | None,
    name: str | None,
    blind: bool,
) -> Rereview:
    """Dispute the return of the last round, point by point, with a copy without names.

    The firm disputes any return; the owner only what an authority failed, and then every point of
    it. From now on time passes on the reviewers' account. Everything that decides who will be drawn
    is fixed in this transaction, and the value that draws lies ahead of it.

    Raises:
        NothingReturnedError, OwnReturnError: There is nothing to dispute.
        AskedBeforeError, AskedLateError: It was disputed, or the time is over.
        NothingDisputedError, EveryPointError, ShortWordsError, TellingWordsError: It is not said
            what is wrong.
        NotBlindCopyError, TellingProposalError: The copy tells, or may tell, whose it is.
        FileError: It is no PDF that can be kept.
        ClockSuspendedError: The clock must be resumed first.
        AwardHeldError: An objection holds the award.
    """
    if work.org_id not in {contract.owner_org_id, contract.firm_org_id}:
        raise MissingError
    require_authority(work, Deed.REPORT, need_by_id(work, contract.need_id).item_code)
    locked_free(work, contract)
    found = _disputable(work, contract)
    rules = rulebook.apply(work, queries.SUBJECT)
    names = blinding.names_of_return(work, found)
    points = points_of(found.review.comment)
    said = disputed(words, points, rules.integer("rereview.reason_shortest"))
    _check_every_point(work, contract, said, len(points))
    _check_words(said, names)
    if not blind:
        raise NotBlindCopyError
    most = rules.integer("rereview.most_pages")
    stored, _ = keep_blind(work, folder, stream, name, most_pages=most, names=names)
    row = _row(work, found, stored, points=len(points), rules=rules)
    work.session.add(row)
    close_dispute(found.exam)
    work.session.flush()
    _keep_points(work, row, found.review, said, names)
    clocks.hand_to(work, service_clock(work, contract), Party.REVIEWER, WHY, told=False)
    say_moved(work, row)
    _draw(work, here, row, contract)
    _tell_others(work, row, contract)
    if row.state is RereviewState.DRAWING:
        _tell_other_side(work, row, contract)
    return row


def _keep_points(
    work: UnitOfWork, row: Rereview, review: Review, said: Mapping[int, str], names: tuple[str, ...]
) -> None:
    """Keep what is disputed, with what was returned as the experts may read it."""
    points = points_of(review.comment)
    for number, text in said.items():
        work.session.add(
            RereviewPoint(
                rereview_id=row.id,
                number=number,
                returned=blinding.masked(points[number - 1], names),
                clause=blinding.masked(review.clause, names),
                words=text,
            )
        )


def _tell_others(work: UnitOfWork, row: Rereview, contract: Contract) -> None:
    """Tell the other side, and the authority if its opinion is disputed."""
    kind = ASKED if row.state is RereviewState.DRAWING else UNDRAWN
    for org_id in sorted({other_side(contract, work.org_id), row.reviewer_org_id}):
        tell(
            work,
            kind,
            org_id=org_id,
            path=f"/rereviews/{row.number}",
            once=f"rereview:{row.number}:asked:{org_id}",
            number=contract.number,
            rereview=row.number,
        )


def _tell_other_side(work: UnitOfWork, row: Rereview, contract: Contract) -> None:
    """Tell the other side until when it may look at the copy, and say something, if it may."""
    tell(
        work,
        COPY,
        org_id=other_side(contract, work.org_id),
        path=f"/rereviews/{row.number}",
        once=f"rereview:{row.number}:copy",
        number=contract.number,
        rereview=row.number,
        due_at=row.copy_by_at,
    )
    if row.comment_by_at is not None:
        tell(
            work,
            COMMENT,
            org_id=other_side(contract, work.org_id),
            path=f"/rereviews/{row.number}/comment",
            once=f"rereview:{row.number}:comment",
            number=contract.number,
            rereview=row.number,
            due_at=row.comment_by_at,
        )


def pool_is_enough(work: UnitOfWork, item_code: str) -> bool:
    """Whether the pool has experts enough for an item now, before anybody is recused."""
    rules = regulations.in_force(queries.SUBJECT, work.today)
    least = seats_of(rules.integer("rereview.seats")) * rules.integer(
        "rereview.candidates_per_seat"
    )
    return len(qualified(work, item_code, known_by=work.now)) >= least


def lost_free(work: UnitOfWork) -> int:
    """Return how many disputes of a contract a side may lose at no cost, if it asked today."""
    return regulations.in_force(queries.SUBJECT, work.today).integer("rereview.lost_free")


def _draw(work: UnitOfWork, here: Installation, row: Rereview, contract: Contract) -> None:
    """Announce the draw of the experts; a pool that is too small is no side's fault.

    Nobody is called before the other side has had its time.
    """
    try:
        panel = announce(work, here, _plan(work, row, contract))
    except PoolTooSmallError:
        fail(work, row, Failure.NO_PANEL)
    else:
        panel.call_from_at = calls_from(panel.call_from_at, row.comment_by_at, row.copy_by_at)
        row.next_check_at = panel.phi_at


def _disputable(work: UnitOfWork, contract: Contract) -> Disputable:
    there = returned(work, contract)
    if there is None:
        raise NothingReturnedError
    exam = current(work, contract)
    if not may_dispute(contract, reviewer_of(work, contract, exam), work.org_id):
        raise OwnReturnError
    if service_clock(work, contract).state is ClockState.SUSPENDED:
        raise ClockSuspendedError
    found = disputable(work, contract)
    if found is None:
        raise AskedBeforeError
    if not is_in_time(work, found):
        raise AskedLateError(found.by_at)
    return found


def _check_every_point(
    work: UnitOfWork, contract: Contract, said: Mapping[int, str], points: int
) -> None:
    """An owner who left a point out could not win, and the firm could ask no more."""
    if work.org_id == contract.owner_org_id:
        for number in range(1, points + 1):
            if number not in said:
                raise EveryPointError(number)


def _check_words(said: Mapping[int, str], names: tuple[str, ...]) -> None:
    for number, text in said.items():
        if what := blinding.telling(text, names):
            raise TellingWordsError(number, "、".join(what))


def _row(
    work: UnitOfWork, found: Disputable, stored: StoredFile, *, points: int, rules: Regulation
) -> Rereview:
    contract = found.contract
    row = Rereview(
        number=next_number(work, "FP"),
        contract_id=contract.id,
        review_id=found.review.id,
        deliverable_id=found.deliverable.id,
        reviewer_org_id=found.reviewer_org_id,
        file_id=stored.id,
        points=points,
        state=RereviewState.DRAWING,
        since_at=work.now,
        asked_at=work.now,
        asked_by_id=work.user_id,
        asked_by_org_id=work.org_id,
        comment="",
        overdue=False,
        salt=secrets.token_hex(SALT_BYTES),
        opinion="",
        regulation_id=rules.id,
    )
    row.copy_by_at = row.count_any_term(work.today, rules.integer("rereview.copy_working_days"))
    if may_dispute(contract, found.reviewer_org_id, other_side(contract, work.org_id)):
        days = rules.integer("rereview.comment_working_days")
        row.comment_by_at = row.count_any_term(work.today, days)
    return row


def _plan(work: UnitOfWork, row: Rereview, contract: Contract) -> Plan:
    rules, need = queries.rules_of(row), need_by_id(work, contract.need_id)
    seats = seats_of(rules.integer("rereview.seats"))
    close_at = work.now + CLOSE_AFTER
    minutes = rules.integer("rereview.draw_minutes")
    times = panel_times(
        enrol_close_at=close_at,
        panel_minutes=minutes,
        scoring_minutes=minutes + int(_AHEAD.total_seconds() // 60),
    )
    return Plan(
        subject=PanelSubject.REREVIEW,
        serves=row.number,
        need=need,
        need_number="",
        series=f"{row.number}/P1",
        purchaser_code=_operator_code(work),
        mode=_mode_of(work, need.id),
        seats=seats,
        fewest_candidates=seats * rules.integer("rereview.candidates_per_seat"),
        answer_minutes=rules.integer("rereview.answer_minutes"),
        times=times,
        rules=RULES,
        facts={"rereview": row.number, "commitment": commitment_of(work, row)},
    )


def _operator_code(work: UnitOfWork) -> str:
    """Return the code of whoever draws: neither side's, which would tell the experts."""
    found = operator_id(work)
    if found is None:
        raise MissingError
    return organisation(work, found).code


def _mode_of(work: UnitOfWork, need_id: int) -> DrawMode:
    """Return how the need itself was drawn: a demonstration stays one."""
    mode = work.session.scalar(
        select(Draw.mode).where(Draw.need_id == need_id).order_by(Draw.id.desc()).limit(1)
    )
    return mode or DrawMode.A
