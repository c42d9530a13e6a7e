"""What is counted of complaints, by channel, matter, item, authority; small numbers hidden."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from market import regulations
from market.accounts.model import Organisation
from market.calendar import provisional_calendar
from market.clock import beijing, beijing_day, months_after
from market.complaints.actions.record import SUBJECT
from market.complaints.counts import Count, without_small
from market.complaints.model import Complaint, ComplaintAbuse
from market.complaints.rules import DECIDED, AbuseState, ComplaintState
from market.db import UnitOfWork
from market.firms.queries import item_names
from market.labels import label_of

MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The tables of the public page; each row is a group with its counts."""

    least: int
    months: int
    # How many came and how many were late is always said: no complainant can be told from it.
    total: Count
    is_small: bool
    by_channel: Sequence[tuple[str, Count]]
    by_matter: Sequence[tuple[str, Count]]
    by_item: Sequence[tuple[str, Count]]
    by_authority: Sequence[tuple[str, Count]]
    malicious: int | None


def statistics(work: UnitOfWork) -> Statistics:
    """Return what is counted of the complaints that came in the last months."""
    least = regulations.in_force(SUBJECT, work.today).integer("statistics.least_shown")
    since = beijing(months_after(work.today, -MONTHS))
    rows = work.session.execute(
        select(Complaint, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Complaint.authority_org_id)
        .where(Complaint.received_at >= since)
        .order_by(Complaint.id)
    ).all()
    found = [(one, name or "", _count(work, one)) for one, name in rows]
    items = item_names(work.today)

    def grouped(key: Callable[[Complaint, str], str]) -> list[tuple[str, Count]]:
        groups: dict[str, Count] = {}
        for one, name, count in found:
            word = key(one, name)
            groups[word] = groups.get(word, Count()) + count
        named = [(word, count) for word, count in groups.items() if word]
        unnamed = [("—", count) for word, count in groups.items() if not word]
        return without_small([*named, *unnamed], least)

    total = sum((count for _, _, count in found), start=Count())
    malicious = work.session.scalars(
        select(ComplaintAbuse.id).where(
            ComplaintAbuse.state == AbuseState.CONFIRMED, ComplaintAbuse.decided_at >= since
        )
    ).all()
    return Statistics(
        least=least,
        months=MONTHS,
        total=total,
        is_small=total.received < least,
        by_channel=grouped(lambda one, _: label_of(one.channel).text),
        by_matter=grouped(lambda one, _: label_of(one.matter).text),
        by_item=grouped(lambda one, _: items.get(one.item_code, one.item_code)),
        by_authority=grouped(lambda _, name: name),
        malicious=len(malicious) if len(malicious) >= least else None,
    )


def _count(work: UnitOfWork, one: Complaint) -> Count:
    decided = one.state in DECIDED
    days = 0
    if decided and one.closed_at is not None:
        first, last = beijing_day(one.received_at), beijing_day(one.closed_at)
        days = provisional_calendar().working_days_between(first, last)
    is_late = one.was_late or (one.due_at is not None and work.now >= one.due_at)
    return Count(
        received=1,
        accepted=int(one.accepted_at is not None),
        refused=int(one.state is ComplaintState.NOT_ACCEPTED),
        decided=int(decided),
        upheld=int(one.state in {ComplaintState.UPHELD, ComplaintState.PARTLY}),
        overdue=int(is_late),
        days=days,
    )
