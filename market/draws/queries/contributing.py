"""Contributors to a draw's seed: who is named, who committed, who revealed, who was absent."""

from collections.abc import Sequence

from sqlalchemy import func, select

from lottery import steps
from lottery.seed import enrolment_number
from market.access import OrgKind
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws.model import Draw
from market.draws.model_later import Contributor, ContributorAbsence, ContributorKey
from market.draws.queries.finding import notice_entry
from market.draws.queries.logged import commitments_of, freeze_entry, revealed_of
from market.regulations import Regulation


def who_of(organisation: Organisation) -> str:
    """Return the name under which an organisation contributes: its kind and its credit code."""
    return f"{organisation.kind.value}:{organisation.code}"


def contributions_of(work: UnitOfWork, draw: Draw) -> Sequence[Contributor]:
    """Return a draw's contributors as they count: those of the notice, then enrolments."""
    rows = work.session.scalars(select(Contributor).where(Contributor.draw_id == draw.id)).all()
    return sorted(rows, key=lambda row: (row.position is None, row.position, row.sequence or 0))


def contributor_of(work: UnitOfWork, draw: Draw, who: str) -> Contributor | None:
    """Return one contributor of a draw."""
    return work.session.scalar(
        select(Contributor).where(Contributor.draw_id == draw.id, Contributor.who == who)
    )


def absences_of(work: UnitOfWork, draw: Draw) -> Sequence[ContributorAbsence]:
    """Return which contributors of the notice were absent."""
    return work.session.scalars(
        select(ContributorAbsence)
        .where(ContributorAbsence.draw_id == draw.id)
        .order_by(ContributorAbsence.id)
    ).all()


def reveals_of(work: UnitOfWork, draw: Draw) -> bytes:
    """Return RD, the digest of what was revealed, as the log's entries say it."""
    opened, committed = notice_entry(work, draw), commitments_of(work, draw)
    named = {each.who for each in opened.contributors}
    by_enrolment = {
        number: commit
        for who, commit in committed.items()
        if opened.firm_commits
        and who not in named
        and (number := enrolment_number(who)) is not None
    }
    revealed = revealed_of(work, draw)
    return steps.contributions(opened, freeze_entry(work, draw), revealed, by_enrolment)


def reveals_are_over(work: UnitOfWork, draw: Draw) -> bool:
    """Whether nobody can reveal any more: all who committed have, or the time is over."""
    if work.now > draw.reveal_by_at:
        return True
    return commitments_of(work, draw).keys() <= revealed_of(work, draw).keys()


def contributor_keys(work: UnitOfWork, organisation_id: int) -> Sequence[ContributorKey]:
    """Return an organisation's contributor keys, the latest first."""
    return work.session.scalars(
        select(ContributorKey)
        .where(ContributorKey.organisation_id == organisation_id)
        .order_by(ContributorKey.id.desc())
    ).all()


def absences_since_key(work: UnitOfWork, key: ContributorKey) -> int:
    """Return how often a contributor was absent since it registered its latest key."""
    return (
        work.session.scalar(
            select(func.count())
            .select_from(ContributorAbsence)
            .where(
                ContributorAbsence.organisation_id == key.organisation_id,
                ContributorAbsence.at >= key.registered_at,
            )
        )
        or 0
    )


def to_be_named(work: UnitOfWork, rules: Regulation, owner_org_id: int) -> list[ContributorKey]:
    """Return the contributors that a new notice names, each with its latest key.

    Those of the kinds that the rules ask for which have a key; of owners only the need's own.
    Who was absent too often is left out until it registers a key again.
    """
    if "draw.contributors" not in rules:
        return []
    latest = select(func.max(ContributorKey.id)).group_by(ContributorKey.organisation_id)
    rows = work.session.execute(
        select(ContributorKey, Organisation)
        .join(Organisation, Organisation.id == ContributorKey.organisation_id)
        .where(ContributorKey.id.in_(latest))
        .order_by(Organisation.kind, Organisation.code)
    )
    kinds = rules.texts("draw.contributors")
    most = rules.integer("draw.contributor_absences")
    return [
        key
        for key, organisation in rows
        if organisation.kind.value in kinds
        and (organisation.kind is not OrgKind.OWNER or organisation.id == owner_org_id)
        and absences_since_key(work, key) < most
    ]
