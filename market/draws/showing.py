"""What the pages of draws show, as plain values: nothing says who enrolled before the freeze."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select

from lottery.entries import decode
from lottery.errors import LotteryError
from lottery.policy import parse_policy
from lottery.verify import Report
from market import log
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws import places, policy, protocol, queries, verification
from market.draws.model import Award, Draw, DrawEntry
from market.draws.model_later import Replacement
from market.draws.queries.finding import GONE_AWARDS
from market.draws.redrawn import Redrawn, redrawn
from market.draws.rules import (
    DrawMode,
    DrawState,
    EnrolmentState,
    ReplacementState,
    VoidReason,
)
from market.draws.taking_part import Contribution, contributions
from market.draws.values import Value, value_of
from market.firms.model import Firm
from market.installation import Installation
from market.log import NotYetLoggedError
from market.needs import queries as needs
from market.needs.changes import queries as changes
from market.needs.model import Need, Notice
from market.needs.queries import by_id as need_by_id
from market.needs.rules import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the public list of draws."""

    draw: Draw
    number: str
    title: str
    owner: str
    report: Report | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry of a draw as the log holds it."""

    id: int
    type: str
    index: int | None
    at: datetime
    leaf: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything the public page of a draw shows."""

    draw: Draw
    number: str
    need: Need
    title: str
    owner: str
    item: str
    ended: str
    counts: Counter[EnrolmentState]
    listed: int
    list_root: str
    list_digest: str
    awards: Sequence[tuple[Award, Firm]]
    entries: Sequence[EntryRow]
    report: Report | None
    alpha: str
    value: Value
    attempts: Sequence[tuple[Draw, str]]
    contributions: Sequence[Contribution]
    replacements: Sequence[tuple[Replacement, str]]
    redrawn: Sequence[Redrawn]
    witnesses: int
    witnesses_needed: int
    cut_at: datetime | None

    @property
    def supervisor(self) -> str:
        """The name of the supervisor whose value is part of the last one, in mode D2."""
        return self.value.holders[-1].name if self.draw.mode is DrawMode.D2 else ""

    @property
    def is_frozen(self) -> bool:
        """Whether the list is public."""
        return self.draw.freeze_hash is not None

    @property
    def in_force(self) -> Award | None:
        """The award that has neither been declined nor lapsed."""
        live = [award for award, _ in self.awards if award.state in queries.LIVE_AWARDS]
        return live[-1] if live else None

    @property
    def replacing(self) -> Replacement | None:
        """The drawing of a replacement that the draw waits for first."""
        waiting = {ReplacementState.WAITING, ReplacementState.WITNESSED}
        rows = (row for row, _ in self.replacements)
        return next((row for row in rows if row.wanted and row.state in waiting), None)

    @property
    def passed_over(self) -> Sequence[tuple[Award, Firm]]:
        """The awards that were declined, lapsed, or went to a firm that met the rules no more."""
        return [(award, firm) for award, firm in self.awards if award.state in GONE_AWARDS]


def listed(
    work: UnitOfWork,
    here: Installation,
    *,
    state: DrawState | None = None,
    mode: DrawMode | None = None,
    text: str = "",
    limit: int = 20,
    offset: int = 0,
) -> list[Listed]:
    """Return draws for the public list, the latest first, with what the verifier finds."""
    rows = work.session.execute(
        select(Draw, Notice.number, Need.title, Organisation.name)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .where(*_chosen(state, mode, text))
        .order_by(Draw.phi_at.desc(), Draw.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        Listed(
            draw=draw,
            number=number,
            title=title,
            owner=owner,
            report=report_or_none(work, here, draw, fresh=False),
        )
        for draw, number, title, owner in rows
    ]


def count_listed(
    work: UnitOfWork,
    *,
    state: DrawState | None = None,
    mode: DrawMode | None = None,
    text: str = "",
) -> int:
    """Return how many draws ``listed`` chooses from."""
    return (
        work.session.scalar(
            select(func.count())
            .select_from(Draw)
            .join(Notice, Notice.id == Draw.notice_id)
            .join(Need, Need.id == Draw.need_id)
            .where(*_chosen(state, mode, text))
        )
        or 0
    )


def _chosen(state: DrawState | None, mode: DrawMode | None, text: str) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if state is not None:
        chosen.append(Draw.state == state)
    if mode is not None:
        chosen.append(Draw.mode == mode)
    if text:
        chosen.append(Need.title.contains(text, autoescape=True) | (Notice.number == text))
    return chosen


def report_or_none(
    work: UnitOfWork, here: Installation, draw: Draw, *, fresh: bool = True
) -> Report | None:
    """Return what the verifier finds; None while the last entry waits for its index."""
    try:
        return verification.report_of(work, here, draw, fresh=fresh)
    except NotYetLoggedError:
        return None


def shown(work: UnitOfWork, here: Installation, draw: Draw) -> Shown:
    """Return everything the public page of a draw shows; its words are those of its notice."""
    need = need_by_id(work, draw.need_id)
    notice = work.session.get_one(Notice, draw.notice_id)
    said = json.loads(notice.document)
    awards = [
        (award, queries.firm_of(work, award.firm_id)) for award in queries.awards_of(work, draw)
    ]
    frozen = draw.freeze_hash is not None
    fixed = queries.freeze_entry(work, draw) if frozen else None
    trusted = parse_policy(policy.current_policy(work, here).encode())
    return Shown(
        draw=draw,
        number=notice.number,
        need=need,
        title=said["title"],
        owner=said["owner"]["name"],
        item=said["item"]["name"],
        ended=_end_words(work, need, draw),
        counts=queries.enrolment_counts(work, draw),
        listed=places.count_of(work, draw) if frozen else 0,
        list_root=fixed.list_root if fixed else "",
        list_digest=fixed.list_digest if fixed else "",
        awards=awards,
        entries=[_entry_row(work, row) for row in queries.entries_of(work, draw)],
        report=report_or_none(work, here, draw),
        alpha=alpha_hex(work, draw) if frozen else "",
        value=value_of(work, draw),
        attempts=[
            (one, queries.number_of(work, one))
            for one in queries.draws_of_need(work, need.id)
            if one.id != draw.id
        ],
        contributions=contributions(work, draw),
        replacements=_replacements(work, draw),
        redrawn=redrawn(work, draw),
        witnesses=len(trusted.witnesses),
        witnesses_needed=trusted.groups[trusted.quorum].threshold
        if trusted.quorum in trusted.groups
        else min(1, len(trusted.witnesses)),
        cut_at=cut.quorum_at if frozen and (cut := queries.cut_of(work, draw)) else None,
    )


def _replacements(work: UnitOfWork, draw: Draw) -> list[tuple[Replacement, str]]:
    """Return the drawings of replacements, each with the name of the firm that left."""
    rows = work.session.execute(
        select(Replacement, Firm.name)
        .join(Firm, Firm.code == Replacement.out_code)
        .where(Replacement.draw_id == draw.id)
        .order_by(Replacement.id)
    )
    return [(row, name) for row, name in rows]


def _end_words(work: UnitOfWork, need: Need, draw: Draw) -> str:
    """Return why a draw, or its need after it, came to nothing; else nothing."""
    if draw.void_reason == VoidReason.WITHDRAWN:
        returns = needs.returns_of(work, need)
        return next((row.reason for row in returns if row.move == Move.WITHDRAW), "")
    if draw.void_reason == VoidReason.CHANGED:
        change = changes.made(work, need).get(draw.notice_id)
        return change.reason if change else ""
    found = needs.failures_of(work, need)
    return next((row.diagnosis for row in found if row.attempt == draw.attempt), "")


def alpha_hex(work: UnitOfWork, draw: Draw) -> str:
    """Return in hex what the VRF keys of a frozen draw are evaluated on."""
    return queries.alpha_of(work, draw).hex()


def _entry_row(work: UnitOfWork, row: DrawEntry) -> EntryRow:
    try:
        at = datetime.fromtimestamp(decode(row.body).at, UTC)
    except LotteryError:  # An entry of a format that this version no longer reads.
        at = datetime.fromtimestamp(0, UTC)
    return EntryRow(
        id=row.id,
        type=row.type,
        index=log.index_of(work, row.submission_id),
        at=at,
        leaf=protocol.leaf_of(row.body),
        body=row.body.decode(),
    )
