"""What pages show of a contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from market import regulations
from market.access import Permission
from market.accounts.queries import organisation
from market.catalogue.contract_texts import queries as contract_texts
from market.clocks.beside import numbered
from market.clocks.ladder import is_eased
from market.clocks.queries import (
    Statement,
    cards_about,
    clock_of,
    runs_for,
    statement,
    suspensions_of,
)
from market.clocks.rules import SuspensionState, light_of
from market.contracts import beside, queries
from market.contracts.actions import subject_of
from market.contracts.actions.record import rules_for
from market.contracts.disputes import is_disputed
from market.contracts.examining import queries as examining
from market.contracts.examining.model import Examination
from market.contracts.examining.redo import left_for
from market.contracts.examining.rules import ASKED, ExamState
from market.contracts.exchange.model import ContractTurn
from market.contracts.exchange.record import SUBJECT as SIGNING
from market.contracts.exchange.record import turns_of, used_of
from market.contracts.exchange.rules import Deed
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.cards import subjects_of
from market.contracts.staffing.queries import members
from market.contracts.thread.queries import count_of
from market.contracts.turns import turn_of
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import msgid
from market.files import StoredFile
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id

S = ContractState
SILENT: Final = msgid("业主逾期未表态，视为接收")
# How many steps of the way are done in each state.
_DONE = {
    S.FILED: 1,
    S.RETURNED: 1,
    S.TERMINATED: 1,
    S.IN_FORCE: 2,
    S.RUNNING: 3,
    S.DELIVERED: 4,
    S.ACCEPTED: 5,
    S.ENDED: 2,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way of a contract."""

    label: str
    state: Literal["done", "current", "todo", "failed"]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact as the notice and the award have it, and as the contract has it."""

    label: str
    kind: Literal["fen", "days"]
    announced: int
    agreed: int

    @property
    def change(self) -> int:
        """How much the contract has more (positive) or less."""
        return self.agreed - self.announced


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do with a contract now."""

    confirm: bool
    refile: bool
    hand_over: bool
    deliver: bool
    # The firm would deliver, but the return of its last round is looked at again.
    disputed: bool
    review: bool
    supply: bool


def may(
    work: UnitOfWork, contract: Contract, *, held: bool, exam: Examination | None = None
) -> May:
    """Return what the actor may do with a contract, by role, side and state.

    While its award stands still a firm may only deliver, and an owner nothing.
    """
    state, actor = contract.state, work.actor
    owner = actor.org_id == contract.owner_org_id
    firm = actor.org_id == contract.firm_org_id
    delivers = firm and state is S.RUNNING and _allowed(work, Permission.DELIVERABLE_SUBMIT)
    disputed = delivers and is_disputed(work, contract)
    files = (owner or firm) and Permission.CONTRACT_FILE in actor.permissions and not held
    return May(
        confirm=files and state is S.FILED and actor.org_id != contract.filed_by_org_id,
        refile=files and state is S.RETURNED,
        hand_over=owner
        and not held
        and state is S.IN_FORCE
        and _allowed(work, Permission.MATERIALS_HAND_OVER),
        deliver=delivers and not disputed,
        disputed=disputed,
        review=owner
        and not held
        and state is S.DELIVERED
        and _waits_for_owner(exam)
        and _allowed(work, Permission.DELIVERABLE_REVIEW),
        supply=firm
        and state is S.DELIVERED
        and exam is not None
        and exam.state in ASKED
        and _allowed(work, Permission.DELIVERABLE_SUBMIT),
    )


def _waits_for_owner(exam: Examination | None) -> bool:
    """Whether a round is with its owner, or back with it because nothing was supplemented."""
    if exam is None or exam.state is ExamState.SUBMITTED:
        return True
    return exam.state is ExamState.SUPPLEMENTING and exam.overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Who had a filing when, the working days each side used, and whether it may go back."""

    turns: Sequence[ContractTurn]
    used: Mapping[int, int]
    most: int
    may_return: bool


def _exchange(work: UnitOfWork, contract: Contract) -> Exchange:
    turns = turns_of(work, contract)
    most = regulations.in_force(SIGNING, work.today).integer("filing.most_returns")
    returned = sum(turn.deed is Deed.RETURN for turn in turns)
    used = used_of(work, contract)
    return Exchange(turns=turns, used=used, most=most, may_return=returned < most)


def _allowed(work: UnitOfWork, permission: Permission) -> bool:
    return permission in work.actor.permissions


def is_silent(rounds: Sequence[queries.Round]) -> bool:
    """Whether the last round was accepted because the owner let its days pass."""
    review = rounds[-1].review if rounds else None
    return review is not None and review.by_silence


def steps_of(contract: Contract, rounds: Sequence[queries.Round]) -> list[Step]:
    """Return the way of a contract, and how far it has come."""
    review = SILENT if is_silent(rounds) else msgid("业主验收")
    way = (
        (msgid("一方提交合同"), contract.filed_at),
        (msgid("对方确认，合同生效"), contract.confirmed_at),
        (msgid("业主移交资料，开始计时"), contract.materials_at),
        (msgid("中介机构提交成果"), None),
        (review, contract.accepted_at),
    )
    reached = _DONE[contract.state]
    if contract.state is S.ENDED and contract.materials_at is not None:
        reached += 1
    broken = contract.state in {S.RETURNED, S.TERMINATED, S.ENDED}
    steps = []
    for place, (label, at) in enumerate(way):
        if place < reached:
            steps.append(Step(label, "done", at))
        elif place == reached:
            steps.append(Step(label, "failed" if broken else "current"))
        else:
            steps.append(Step(label, "todo"))
    return steps


def differences_of(contract: Contract, award: Award, need: Need) -> list[Difference]:
    """Return the contract's facts beside those that were announced."""
    days = Difference(
        msgid("服务时限"), "days", need.service_working_days, contract.service_working_days
    )
    return [Difference(msgid("金额"), "fen", award.price_fen, contract.price_fen), days]


def clock_facts(work: UnitOfWork, contract: Contract) -> dict[str, object]:
    """Return what the contract's clock says, if it has started, and the contract's cards."""
    cards = cards_about(work, subjects_of(work, contract), contract.number)
    clock = clock_of(work, subject_of(contract))
    if clock is None:
        beside = numbered(work, contract.number)
        return {"clock": None, "said": None, "cards": cards, "clocks_beside": beside}
    said: Statement = statement(work, clock)
    return {
        "clock": clock,
        "said": said,
        "running": runs_for(work, clock),
        "light": light_of(clock.state, clock.next_stage),
        "is_eased": is_eased(clock, light_of(clock.state, clock.next_stage), said.left, work.now),
        "cards": cards,
        "clocks_beside": numbered(work, contract.number, without=clock.id),
        "open_requests": [
            s
            for s in suspensions_of(work, clock)
            if s.state in {SuspensionState.REQUESTED, SuspensionState.ESCALATED}
        ],
    }


def signers_of(work: UnitOfWork, contract: Contract) -> dict[int, str]:
    """Return who signed the rounds of a contract, by the ids of the firm's people."""
    rounds = queries.rounds_of(work, contract)
    ids = [one.deliverable.signer_staff_id for one in rounds if one.deliverable.signer_staff_id]
    return {key: member.name for key, member in members(work, ids).items()}


def _silence(work: UnitOfWork, contract: Contract) -> str:
    """Return what the owner's silence means: ``accept``, ``approve``, or nothing."""
    if not rules_for(work, contract).flag("deliverable.silence_accepts"):
        return ""
    return "accept" if examining.review_days(work, contract) is None else "approve"


def facts_of(work: UnitOfWork, contract: Contract) -> dict[str, object]:
    """Return everything the party page and its forms show."""
    need = need_by_id(work, contract.need_id)
    award = work.session.get_one(Award, contract.award_id)
    clock = clock_of(work, subject_of(contract))
    held = award.state is AwardState.FROZEN
    exam = examining.last_of(work, contract)
    rounds = queries.rounds_of(work, contract)
    return {
        "need": need,
        "award": award,
        "names": {
            i: organisation(work, i).name for i in (contract.owner_org_id, contract.firm_org_id)
        },
        "turn": turn_of(contract, clock, exam.state if exam else None),
        "steps": steps_of(contract, rounds),
        "is_silent": is_silent(rounds),
        "differences": differences_of(contract, award, need),
        "rounds": rounds,
        "silence": _silence(work, contract),
        "files": queries.files_of(work, contract),
        "text": work.session.get_one(StoredFile, contract.file_id),
        "message_count": count_of(work, contract),
        "exam": exam,
        "left": left_for(work, contract, exam) if contract.state is S.DELIVERED else None,
        "exam_steps": examining.steps_of(work, contract),
        "signers": signers_of(work, contract),
        "may": may(work, contract, held=held, exam=exam),
        "held": held,
        "exchange": _exchange(work, contract),
        "ours": work.actor.org_id in {contract.owner_org_id, contract.firm_org_id},
        "is_public": contract.state in queries.PUBLIC,
        "beside": beside.panels(work, contract),
        "model_contracts": contract_texts.shown(work, need.item_code),
        **clock_facts(work, contract),
    }
