"""What anyone may read: the directory, each firm, all published fees, the publicity."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from flask import render_template, request

from market.access import public
from market.catalogue.queries import all_items, groups
from market.firms import listing, queries, queries_entry, queries_past_projects
from market.firms.actions.registration import SUBJECT
from market.firms.checks import COUNTED
from market.firms.entry import FeedbackReason, FeedbackState, masked
from market.firms.listing import DirectoryQuery, DirectorySort, FeeSort
from market.firms.model import FirmFee, FirmService, FirmStaff
from market.firms.model_entry import FirmFeedback
from market.firms.restrictions import questioned
from market.firms.restrictions.queries import measured, public_changes
from market.firms.rules import Standing
from market.firms.views.blueprint import bp
from market.regulations import in_force
from market.web.lists import Pages, Sort, page_asked
from market.web.work import request_work

E = TypeVar("E", bound=StrEnum)


def _asked(name: str, longest: int = 100) -> str:
    """Return an argument of the address, without what no database keeps."""
    text = request.args.get(name, "").strip()[:longest]
    return "".join(c for c in text if c.isprintable())


def _one_of(kind: type[E], text: str) -> E | None:
    return kind(text) if text in {member.value for member in kind} else None


@bp.get("/firms")
@public
def directory() -> str:
    """The listed firms, searched, filtered and sorted."""
    wanted = DirectoryQuery(
        words=_asked("q"),
        item_code=_asked("item", 20),
        group_code=_asked("group", 2),
        standing=_one_of(Standing, _asked("standing")),
        sort=_one_of(DirectorySort, _asked("sort")) or DirectorySort.NAME,
        descending=_asked("order") == "desc",
    )
    with request_work() as work:
        listed = listing.directory(work, wanted, page_asked())
        return render_template(
            "firms/directory.html",
            rows=listed.rows,
            found=Pages(listed.number, listed.total, listing.PAGE_ROWS),
            wanted=wanted,
            sort=Sort(wanted.sort, wanted.descending),
            items=queries.item_names(work.today),
            groups=groups(),
            standings=list(Standing),
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with its fee in force and all versions of it."""

    service: FirmService
    fee: FirmFee | None
    history: list[FirmFee]


@dataclass(frozen=True, slots=True)
class PublicStaff:
    """A person as the public may see one."""

    name: str
    certificate: str

    @classmethod
    def of(cls, member: FirmStaff) -> "PublicStaff":
        """Return a person with only the family name and the certificate."""
        return cls(member.name[:1] + "*" * max(1, len(member.name) - 1), member.certificate)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFeedback:
    """Feedback as the public may see it: its words only with the answer, and masked."""

    handed_in_at: datetime
    reason: FeedbackReason
    words: str
    state: FeedbackState
    answer: str
    answered_at: datetime | None

    @classmethod
    def of(cls, row: FirmFeedback) -> "PublicFeedback":
        """Return feedback without its contact."""
        return cls(
            handed_in_at=row.handed_in_at,
            reason=row.reason,
            words="" if row.state is FeedbackState.OPEN else masked(row.words),
            state=row.state,
            answer=masked(row.answer),
            answered_at=row.answered_at,
        )


@bp.get("/firms/<code>")
@public
def show(code: str) -> str:
    """One firm: facts, services and fees, qualifications, people, standing."""
    with request_work() as work:
        firm = queries.firm_by_code(work, code)
        fees: dict[str, list[FirmFee]] = {}
        for fee in queries.fee_history(work, firm.id):
            fees.setdefault(fee.item_code, []).append(fee)
        return render_template(
            "firms/show.html",
            firm=firm,
            standing=queries.standing_now(work, firm),
            standing_changes=public_changes(work, firm),
            measures=measured(work, firm),
            questioned=questioned.of_firm(work, firm),
            offers=[
                Offer(service, fee, fees.get(service.item_code, []))
                for service, fee in queries.offers(work, firm.id)
            ],
            items=queries.item_names(work.today),
            qualifications=[q for q in queries.qualifications(work, firm.id) if q.state in COUNTED],
            staff=[
                PublicStaff.of(member)
                for member in queries.staff(work, firm.id)
                if member.state in COUNTED
            ],
            past_projects=queries_past_projects.shown(work, firm.id),
            promise=queries.promise(work, firm.id),
            verification=queries_entry.open_verification(work, firm),
            in_publicity=queries_entry.in_publicity(work, firm),
            feedback=[PublicFeedback.of(row) for row in queries_entry.feedback(work, firm)],
            parent=queries_entry.parent(work, firm),
            branches=queries_entry.branches(work, firm),
            today=work.today,
        )


@bp.get("/firms/publicity")
@public
def publicity() -> str:
    """The firms that passed the check and are shown before they are listed."""
    with request_work() as work:
        rules = in_force(SUBJECT, work.today)
        listed = listing.in_publicity(work, page_asked())
        return render_template(
            "firms/publicity.html",
            rows=listed.rows,
            found=Pages(listed.number, listed.total, listing.PAGE_ROWS),
            days=rules.integer("registration.publicity_working_days"),
            source=rules.clause_of("registration.publicity_working_days"),
            services={firm.id: queries.services(work, firm.id) for firm in listed.rows},
            items=queries.item_names(work.today),
        )


@bp.get("/fees")
@public
def fees() -> str:
    """All published fees in force, comparable item by item."""
    item_code = _asked("item", 20)
    sort = _one_of(FeeSort, _asked("sort")) or FeeSort.ITEM
    descending = _asked("order") == "desc"
    with request_work() as work:
        listed = listing.fees(
            work, item_code=item_code, sort=sort, descending=descending, number=page_asked()
        )
        return render_template(
            "firms/fees.html",
            rows=listed.rows,
            found=Pages(listed.number, listed.total, listing.FEE_ROWS),
            sort=Sort(sort, descending),
            item_code=item_code,
            all_items=all_items(work.today),
            items=queries.item_names(work.today),
        )
