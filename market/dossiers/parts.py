"""What goes into a dossier: uploads as they are, and facts written out as JSON and CSV."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import StringIO
from typing import Final

from sqlalchemy import select

from market.clock import BEIJING
from market.clocks.queries import cards_about, clock_of, events_of, suspensions_of
from market.contracts.actions import subject_of
from market.contracts.ending.queries import of_contract as endings_of
from market.contracts.model import Contract
from market.contracts.queries import rounds_of
from market.db import Base, UnitOfWork
from market.dossiers.rules import check_path, digest_of
from market.draws import bundles
from market.draws.model import Award
from market.draws.queries.finding import draws_of_need
from market.draws.queries.freezes import freezes_of
from market.files import StoredFile
from market.installation import Installation
from market.needs.model import Need
from market.needs.queries import failures_of, notices_of
from market.objections.queries import of_award as objections_of
from market.objections.queries import steps_of
from market.payments.model import Voucher, VoucherAnswer
from market.timelines.queries import timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file: an upload, or bytes made for the dossier."""

    path: str
    digest: str
    stored_file_id: int | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a dossier is about, as those who gather need it."""

    work: UnitOfWork
    here: Installation
    contract: Contract
    award: Award
    need: Need


def parts_of(work: UnitOfWork, here: Installation, contract: Contract) -> list[Part]:
    """Return every file of a contract's dossier, as things stand."""
    award = work.session.get_one(Award, contract.award_id)
    need = work.session.get_one(Need, contract.need_id)
    case = Case(work, here, contract, award, need)
    return [part for gather in _GATHER for part in gather(case)]


def _selection(case: Case) -> Iterator[Part]:
    for notice in notices_of(case.work, case.need):
        yield made(f"selection/{notice.number}.json", notice.document)
    for draw in draws_of_need(case.work, case.need.id):
        if bundles.is_ready(draw):
            bundle = bundles.bundle_of(case.work, case.here, draw)
            yield made(f"selection/attempt-{draw.attempt}.ismdraw.zip", bundle)
    yield rows("selection/failures.csv", failures_of(case.work, case.need))
    yield rows("selection/award.csv", [case.award])
    yield rows("selection/freezes.csv", freezes_of(case.work, case.award.id))
    objections = objections_of(case.work, case.award.id)
    # What objectors wrote, and who they are, is not for the two sides.
    yield table(
        "selection/objections.csv",
        ("number", "ground", "raised_at", "state", "outcome", "clause", "closed_at"),
        [
            (o.number, o.ground, o.raised_at, o.state, o.outcome, o.clause, o.closed_at)
            for o in objections
        ],
    )
    steps = [step for one in objections for step in steps_of(case.work, one) if step.is_public]
    yield rows("selection/objection-letters.csv", steps)


def _contract(case: Case) -> Iterator[Part]:
    work, contract = case.work, case.contract
    yield upload(work, "contract/contract", contract.file_id)
    yield rows("contract/contract.csv", [contract])
    yield rows("contract/endings.csv", endings_of(work, contract))
    rounds = rounds_of(work, contract)
    for one in rounds:
        deliverable = one.deliverable
        yield upload(work, f"deliverables/round-{deliverable.round_no}", deliverable.file_id)
    yield rows("deliverables/rounds.csv", [one.deliverable for one in rounds])
    yield rows("deliverables/reviews.csv", [one.review for one in rounds if one.review])


def _time(case: Case) -> Iterator[Part]:
    work = case.work
    clock = clock_of(work, subject_of(case.contract))
    if clock is not None:
        yield rows("time/clock.csv", [clock])
        yield rows("time/events.csv", events_of(work, clock))
        yield rows("time/suspensions.csv", suspensions_of(work, clock))
    yield rows("time/cards.csv", cards_about(work, subject_of(case.contract)))
    line = timeline(work, case.need.number, case.award.number)
    header = ("at", "step", "why", "account", "after_on", "until_on", "working_days", "days")
    yield table(
        "time/timeline.csv",
        header,
        [
            (s.moment.at, s.moment.step, "；".join(filter(None, s.moment.why)), s.account,
             s.after_on, s.until_on, s.working_days, s.days)
            for s in line.spans
        ],
    )  # fmt: skip


def _payments(case: Case) -> Iterator[Part]:
    work = case.work
    vouchers = work.session.scalars(
        select(Voucher).where(Voucher.contract_id == case.contract.id).order_by(Voucher.sequence)
    ).all()
    yield rows("payments/vouchers.csv", vouchers)
    ids = [voucher.id for voucher in vouchers]
    answers = select(VoucherAnswer).where(VoucherAnswer.voucher_id.in_(ids))
    yield rows(
        "payments/answers.csv", work.session.scalars(answers.order_by(VoucherAnswer.id)).all()
    )
    for voucher in vouchers:
        if voucher.file_id is not None:
            yield upload(work, f"payments/{voucher.sequence}", voucher.file_id)


_GATHER: Final[tuple[Callable[[Case], Iterator[Part]], ...]] = (
    _selection, _contract, _time, _payments,
)  # fmt: skip


def made(path: str, body: bytes) -> Part:
    """Return a file of exact bytes."""
    return Part(path=check_path(path), digest=digest_of(body), body=body)


def upload(work: UnitOfWork, path: str, file_id: int) -> Part:
    """Return an upload under a name of the dossier's own; it keeps its ending."""
    stored = work.session.get_one(StoredFile, file_id)
    ending = stored.name.rpartition(".")[2].lower()
    return Part(path=check_path(f"{path}.{ending}"), digest=stored.digest, stored_file_id=stored.id)


def rows(path: str, found: Sequence[Base]) -> Part:
    """Return stored rows as CSV, column by column as they are in the database, in their order.

    People are ids: a dossier names organisations, and who signed for them stays inside.
    """
    columns = [column.key for column in type(found[0]).__table__.columns] if found else []
    kept = [key for key in columns if key not in _INSIDE]
    return table(path, kept, [[getattr(row, key) for key in kept] for row in found])


def table(path: str, header: Sequence[str], lines: Sequence[Sequence[object]]) -> Part:
    """Return a CSV file."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_text(value) for value in line] for line in lines])
    return made(path, out.getvalue().encode())


# Of no meaning outside the program.
_INSIDE: Final = frozenset({"version", "next_check_at"})


def _text(value: object) -> str:
    match value:
        case None:
            text = ""
        case StrEnum():
            text = value.value
        case datetime():
            text = value.astimezone(BEIJING).isoformat(timespec="seconds")
        case date():
            text = value.isoformat()
        case bytes():
            text = value.hex()
        case _:
            text = str(value)
    return text
