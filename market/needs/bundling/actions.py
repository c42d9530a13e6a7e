"""Joining drafts into one need, and changing what its parts may cost."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm.attributes import flag_modified

from market.db import UnitOfWork
from market.needs import actions as needs
from market.needs.bundling.errors import NotDraftError, PartPriceError
from market.needs.bundling.journal import NeedBundled
from market.needs.bundling.model import NeedPart
from market.needs.bundling.queries import parts_of
from market.needs.bundling.rules import (
    Part,
    bases_of,
    check_parts,
    content_of,
    funding_of,
    project_of,
)
from market.needs.model import Need
from market.needs.queries import locked, own
from market.needs.rules import Move, NeedState, advance


def bundle(work: UnitOfWork, need_ids: Sequence[int], title: str) -> Need:
    """Join drafts of the actor's organisation into one; each is taken back into it.

    Raises:
        FewDraftsError, ManyDraftsError, BundleItemError, NotDraftError: They cannot be one.
        BundleLongError: Together they are too long.
        NeedFactsError: Their sum reaches what must be tendered, or another rule is broken.
    """
    drafts = [_draft(work, need_id) for need_id in sorted(set(need_ids))]
    parts = [_part_of(need) for need in drafts]
    check_parts(parts)
    code, name = project_of(parts)
    facts = [needs.facts_of(work, need) for need in drafts]
    joined = needs.draft(
        work,
        replace(
            facts[0],
            title=title.strip(),
            content=content_of(parts),
            scale=f"共 {len(parts)} 个部分，规模见各部分。",
            project_code=code,
            project_name=name,
            funding_source=funding_of(parts),
            ceiling_fen=sum(part.ceiling_fen for part in parts),
            service_working_days=max(one.service_working_days for one in facts),
            staff_required=max(one.staff_required for one in facts),
            projects_required=max(one.projects_required for one in facts),
            floor_fen=None,
            fee_bases=bases_of([one.fee_bases for one in facts]),
            # A calculation by a table is one part's: that of the whole has to be made anew.
            fee_standard="",
            recusals=tuple(
                {code: (code, why) for one in facts for code, why in one.recusals}.values()
            ),
        ),
    )
    _keep(work, joined, parts)
    for need in drafts:
        needs.take_back(work, need, f"已并入打包需求 {joined.number}")
    return joined


def _draft(work: UnitOfWork, need_id: int) -> Need:
    need = locked(work, own(work, need_id).id)
    if need.state is not NeedState.DRAFT or parts_of(work, need):
        raise NotDraftError(need.title)
    return need


def _part_of(need: Need) -> Part:
    return Part(
        number=need.number,
        item_code=need.item_code,
        title=need.title,
        project_code=need.project_code,
        project_name=need.project_name,
        scale=need.scale,
        content=need.content,
        funding_source=need.funding_source,
        ceiling_fen=need.ceiling_fen,
    )


def _keep(work: UnitOfWork, need: Need, parts: Sequence[Part]) -> None:
    work.session.add_all(
        NeedPart(
            need_id=need.id,
            position=place,
            source_number=part.number,
            title=part.title,
            project_code=part.project_code,
            project_name=part.project_name,
            scale=part.scale,
            content=part.content,
            ceiling_fen=part.ceiling_fen,
        )
        for place, part in enumerate(parts, start=1)
    )
    work.session.flush()
    _say(work, need, parts_of(work, need))


def price_parts(work: UnitOfWork, need: Need, ceilings_fen: Sequence[int]) -> None:
    """Change what each part of a bundle may cost; its ceiling becomes their sum.

    Raises:
        IllegalMoveError: The need has been sent on.
        PartPriceError: Not one positive amount for each part.
        NeedFactsError: The sum reaches what must be tendered.
    """
    need = locked(work, need.id)
    if need.state not in needs.EDITABLE:
        advance(need.state, Move.SUBMIT)
    parts = parts_of(work, need)
    if len(parts) != len(ceilings_fen) or any(fen <= 0 for fen in ceilings_fen):
        raise PartPriceError
    for part, fen in zip(parts, ceilings_fen, strict=True):
        part.ceiling_fen = fen
    need.ceiling_fen = sum(ceilings_fen)
    need.posted_by_id = work.user_id
    # The parts are rows of their own: the need's version must count them too.
    flag_modified(need, "posted_by_id")
    needs.check(work, needs.facts_of(work, need))
    work.session.flush()
    _say(work, need, parts)


def _say(work: UnitOfWork, need: Need, parts: Sequence[NeedPart]) -> None:
    work.record(
        NeedBundled(
            need=need.number,
            parts=tuple(part.source_number for part in parts),
            ceilings_fen=tuple(part.ceiling_fen for part in parts),
        )
    )
