"""Clocks on the web: what each one says, suspending and resuming it, and the board."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import files, regulations, sweeping
from market.access import Permission, public, requires
from market.accounts import todo
from market.accounts.queries import organisation
from market.calendar import end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks import (
    actions,
    answering,
    boards,
    kinds,
    late,
    proofs,
    queries,
    referring,
    todos,
    whose,
)
from market.clocks import recounting as recounting  # noqa: PLC0414 - declares the deadlines
from market.clocks.actions.telling import is_ruled
from market.clocks.appeal import todos as appeal_todos
from market.clocks.appeal import views as appealing
from market.clocks.extension import queries as extensions
from market.clocks.extension import views as extending
from market.clocks.forms import ResumeForm, SuspendForm
from market.clocks.labels import EVENT_WORDS
from market.clocks.ladder import is_eased
from market.clocks.model import Clock, Suspension
from market.clocks.over import queries as overs
from market.clocks.over import views as declaring
from market.clocks.over.rules import check_day
from market.clocks.powers import may_of
from market.clocks.rules import (
    RESPONSIBLE,
    Light,
    SuspensionReason,
    SuspensionState,
    light_of,
)
from market.clocks.shown import amount
from market.clocks.times import reasons_of
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.holidays.queries import changes_about
from market.web.deeds import NUMBER, Page, done, reading
from market.web.downloads import uploaded
from market.web.lists import PAGE_ROWS, Pages, one_asked
from market.web.work import installation

bp = Blueprint("clocks", __name__, url_prefix="/clocks")
answering.register(bp)
appealing.register(bp)
extending.register(bp)
declaring.register(bp)
ONE = f"/<{NUMBER}:clock_id>"
REQUEST = f"{ONE}/suspensions/<{NUMBER}:suspension_id>"


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    app.jinja_env.filters["amount"] = amount
    todo.provide(Permission.SUSPENSION_REQUEST, todos.for_sides)
    todo.provide(Permission.SUSPENSION_REQUEST, appeal_todos.for_sides)
    todo.provide(Permission.SUSPENSION_DECIDE, todos.for_operator)
    todo.provide(Permission.SUSPENSION_DECIDE, todos.of_the_worker)
    todo.link(Permission.OVERSIGHT_READ, msgid("时限看板"), "clocks.board")


@dataclass(frozen=True, slots=True)
class About:
    """What is timed: what it is called, and its page."""

    words: str
    url: str


@bp.get("")
@public
def index() -> str:
    """Show whose time it was, in the city as a whole, and for what clocks stood still."""
    with reading() as work:
        return render_template(
            "clocks/index.html", shares=whose.shares(work), reasons=whose.reasons(work)
        )


@bp.get("/late-entries")
@public
def late_entries() -> str:
    """Show what share of its entries each organisation made on a later day."""
    with reading() as work:
        pages = Pages.of(late.count_late_shares(work))
        return render_template(
            "clocks/late_entries.html",
            rows=late.late_shares(work, PAGE_ROWS, pages.offset),
            pages=pages,
            days=late.counted_days(work),
        )


@bp.get("/board")
@requires(Permission.OVERSIGHT_READ)
def board() -> str:
    """Show every open clock, those due first."""
    light = one_asked(Light, "light")
    with reading() as work:
        counts = boards.count_board(work)
        open_ = sum(counts.values())
        total = open_ if light is None else boards.count_light(work, light)
        pages = Pages.of(total)
        rows = boards.board(work, light=light, limit=PAGE_ROWS, offset=pages.offset)
        return render_template(
            "clocks/board.html",
            rows=rows,
            pages=pages,
            light=light,
            tabs=[
                (None, open_),
                *((one, counts[one]) for one in Light if one is not Light.STOPPED),
                (Light.STOPPED, None),
            ],
        )


@bp.get("/put-off")
@requires(Permission.OVERSIGHT_READ)
def put_off() -> str:
    """Show what the worker could not do, and when it tries again."""
    with reading() as work:
        return render_template("clocks/put_off.html", rows=sweeping.put_off(work))


@bp.get(ONE)
@public
def show(clock_id: int) -> str:
    """Show who used which days, when it is due and how that was worked out."""
    with reading() as work:
        clock = queries.readable(work, clock_id)
        kind = kinds.kind_of(clock.kind)
        suspensions = queries.suspensions_of(work, clock)
        names = {i: organisation(work, i).name for i in (clock.holder_org_id, clock.other_org_id)}
        stretches = queries.stretches(work, clock)
        dealt = queries.cards_of(work, clock)
        return render_template(
            "clocks/show.html",
            clock=clock,
            kind=kind,
            **_light(work, clock, said := queries.statement(work, clock)),
            said=said,
            referral=referring.of_clock(work, clock, dealt),
            stretches=stretches,
            running=stretches[-1].event.party,
            event_words=EVENT_WORDS,
            responsible=RESPONSIBLE,
            suspensions=suspensions,
            proofs=proofs.of_requests(work, suspensions),
            opens=proofs.may_open(work, clock),
            cards=dealt,
            basis=reasons_of(clock),
            overtaken=late.overtaken(stretches, dealt),
            extensions=extensions.of_clock(work, clock),
            room=(room := extensions.room_of(work, clock) if kind.suspendable else None),
            added=clock.extended_units - room.used if room else 0,
            may_extend=extending.may(work, clock),
            names=names,
            forecast_on=queries.forecast_on(work, clock),
            notices=_notices(stretches[0].event.happened_at.year, clock, work),
            rules=regulations.current().by_id(clock.regulation_id),
            may=may_of(work, clock, suspensions),
            may_appeal=appealing.may(work, clock),
            may_rejoin=appealing.may_rejoin(work, clock),
            deciders=_deciders(work, clock, suspensions),
            may_over=declaring.may(work, clock),
            overs=overs.of_clock(work, clock),
            about=_about(clock),
            changes=changes_about(work, f"clock:{clock.id}"),
        )


@bp.route(f"{ONE}/suspend", methods=["GET", "POST"])
@requires(Permission.SUSPENSION_REQUEST)
def suspend(clock_id: int) -> Page:
    """Ask the other side to agree to a suspension."""
    form = SuspendForm()
    with reading() as work:
        form.offer(reasons_of(queries.for_party(work, clock_id)))
    status = done(form, lambda work: _request(work, clock_id, form))
    if status is None:
        flash(gettext("挂起申请已提交。对方确认前继续计时。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = queries.for_party(work, clock_id)
        caps = {reason: queries.caps_of(work, clock, reason) for reason in reasons_of(clock)}
        return (
            render_template(
                "clocks/suspend.html",
                clock=clock,
                form=form,
                caps=caps,
                basis=reasons_of(clock),
                accept=files.ACCEPTED,
                proved=proofs.due_for(clock),
                total=next(iter(caps.values())),
                late=-(said := queries.statement(work, clock)).left,
                unit=said.unit,
                possible=may_of(work, clock, queries.suspensions_of(work, clock)).suspend,
            ),
            status,
        )


def _request(work: UnitOfWork, clock_id: int, form: SuspendForm) -> None:
    clock, upload = queries.for_party(work, clock_id), form.file.data
    folder = installation().config.uploads_dir
    actions.request_suspension(
        work,
        clock,
        SuspensionReason(form.reason.data),
        form.evidence.data or "",
        form.working_days.data or 0,
        proof=files.keep(work, folder, upload.stream, upload.filename) if upload else None,
    )


@bp.get(f"{REQUEST}/proof")
@requires(Permission.WORKBENCH_OPEN)
def proof(clock_id: int, suspension_id: int) -> Response:
    """Hand out the file that proves a request, to both sides and to officials."""
    with reading() as work:
        clock = queries.readable(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        return uploaded(work, proofs.file_of(work, clock, request))


@bp.route(f"{REQUEST}/resume", methods=["GET", "POST"])
@requires(Permission.SUSPENSION_REQUEST)
def resume(clock_id: int, suspension_id: int) -> Page:
    """End a suspension early, by the side that asked for it."""
    form = ResumeForm()
    status = done(form, lambda work: _resume(work, clock_id, suspension_id, form))
    if status is None:
        flash(gettext("已恢复计时。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = queries.for_party(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        if request.requested_by_org_id != work.actor.org_id:
            raise MissingError
        return (
            render_template(
                "clocks/resume.html",
                clock=clock,
                request=request,
                form=form,
                first_on=overs.first_day(work, clock),
                today=work.today,
                ours=clock.holder_org_id == work.actor.org_id,
            ),
            status,
        )


def _resume(work: UnitOfWork, clock_id: int, suspension_id: int, form: ResumeForm) -> None:
    clock = queries.for_party(work, clock_id)
    request = queries.suspension(work, clock, suspension_id)
    since_on = form.happened_on.data
    if since_on is not None and request.state is SuspensionState.RUNNING:
        first_on = overs.first_day(work, clock)
        check_day(since_on, field="happened_on", first_on=first_on, last_on=work.today)
    # What could go on since a day counts from the next one, as what is resumed today does.
    at = None if since_on is None or since_on == work.today else end_of(since_on)
    actions.resume(work, clock, request, form.why.data or "", happened_at=at)


def _deciders(work: UnitOfWork, clock: Clock, asked: Sequence[Suspension]) -> dict[int, str]:
    """Return who decided about the requests that the other side did not settle, by name."""
    return {
        one.id: organisation(work, one.answered_by_org_id).name
        for one in asked
        if one.answered_by_org_id is not None and is_ruled(clock, one)
    }


def _light(work: UnitOfWork, clock: Clock, said: queries.Statement) -> dict[str, object]:
    """Return the light of a clock that has one, and whether it is past."""
    if not kinds.kind_of(clock.kind).ladder:
        return {"light": None, "is_eased": False}
    light = light_of(clock.state, clock.next_stage)
    return {"light": light, "is_eased": is_eased(clock, light, said.left, work.now)}


def _notices(first_year: int, clock: Clock, work: UnitOfWork) -> list[str]:
    """Return the numbers of the notices that say which of the clock's days are working days."""
    years = range(first_year, beijing_day(max(work.now, clock.due_at or work.now)).year + 1)
    return [n.document_number for n in provisional_calendar().notices if n.year in years]


def _about(clock: Clock) -> About | None:
    """Return the page of what is timed, if the application has one for it."""
    about = kinds.kind_of(clock.kind).about
    if about is None or about.endpoint not in current_app.view_functions:
        return None
    return About(about.name, url_for(about.endpoint, number=clock.number))
