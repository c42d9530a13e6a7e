"""Where anybody complains, follows a complaint by its code, and reads what is counted of all."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from market import log, regulations
from market.access import public
from market.accounts import doors
from market.accounts.errors import TooManyAttemptsError
from market.accounts.rules import address_of
from market.complaints import actions, queries
from market.complaints.actions.record import SUBJECT
from market.complaints.errors import WrongCodeError
from market.complaints.forms import FileComplaintForm, FollowForm
from market.complaints.held_awards import holding_now
from market.complaints.model import Complaint
from market.complaints.rules import Against, Matter, Target
from market.complaints.sealing import is_code
from market.complaints.statistics import statistics
from market.complaints.views import following
from market.complaints.views.blueprint import bp
from market.db import UnitOfWork
from market.letters.rules import typed_code
from market.web.deeds import Page, done, reading
from market.web.errors import sentence_of, status_of
from market.web.lists import one_asked, words_asked
from market.web.work import installation


@bp.get("")
@public
def index() -> str:
    """Say how to complain, and list the awards that stand still for a complaint."""
    with reading() as work:
        held = holding_now(work)
        rows = queries.public_list(work)
        return render_template(
            "complaints/index.html",
            rows=[one for one in rows if one.id in held],
            before=[one for one in rows if one.id not in held],
            ownerless=queries.ownerless(work),
            rules=regulations.in_force(SUBJECT, work.today),
        )


@bp.get("/statistics")
@public
def show_statistics() -> str:
    """Show how complaints are handled; small numbers are put together."""
    with reading() as work:
        return render_template("complaints/statistics.html", found=statistics(work))


@bp.route("/new", methods=["GET", "POST"])
@public
def new() -> Page:
    """Take a complaint; the code by which it is followed is shown once, and never again."""
    form = FileComplaintForm()
    form.offer()
    if request.method == "GET":
        form.target.data = one_asked(Target, "target") or ""
        form.against.data = one_asked(Against, "against") or ""
        form.ref.data = words_asked("ref", 40)
    made: list[actions.Receipt] = []
    counted, refused = _claimed(form)
    refused = refused or done(form, lambda work: made.append(_filed(work, form)))
    if counted is not None:
        doors.settle_complaint(installation(), counted, taken=refused is None)
    if refused is None:
        return _receipt(made[0])
    return render_template("complaints/new.html", form=form, by_org=_by_org()), refused


def _by_org() -> bool:
    return bool(current_user.is_authenticated)


def _claimed(form: FileComplaintForm) -> tuple[int | None, HTTPStatus | None]:
    """Count a try that could succeed, as one of a number; or say that there were too many.

    What is not filled in yet costs nothing, and what is refused is not counted in the end.
    """
    if not form.is_submitted() or _by_org() or not form.validate():
        return None, None
    try:
        return doors.claim_complaint(installation(), address_of(request.remote_addr)), None
    except TooManyAttemptsError as error:
        form.form_errors.append(sentence_of(error))
        return None, status_of(error)


def _filed(work: UnitOfWork, form: FileComplaintForm) -> actions.Receipt:
    return actions.file_by_site(work, installation().keys, facts_of(form, by_org=_by_org()))


def facts_of(form: FileComplaintForm, *, by_org: bool = False) -> actions.Facts:
    """Return what a form says; an organisation is known by its account."""
    given = form.data
    return actions.Facts(
        matter=Matter(given["matter"]),
        target=Target(given["target"]),
        against=Against(given["against"]),
        ref=given["ref"] or "",
        text=given["text"] or "",
        name="" if by_org else given["name"] or "",
        contact="" if by_org else given["contact"] or "",
        received_on=given.get("received_on"),
    )


def _receipt(made: actions.Receipt) -> Response:
    log.sequence(installation())
    page = render_template("complaints/receipt.html", one=made.one, code=made.code)
    return Response(page, headers={"Cache-Control": "no-store"}, mimetype="text/html")


@bp.route("/follow", methods=["GET", "POST"])
@public
def follow() -> Page:
    """Let whoever has the code look at a complaint for a while."""
    form = FollowForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.validate():
            try:
                one = _followed(form.number.data or "", form.code.data or "")
            except (TooManyAttemptsError, WrongCodeError) as error:
                form.refuse(error)
                status = status_of(error)
            else:
                following.follow(one)
                return redirect(url_for("complaints.show", number=one.number), code=303)
    return render_template("complaints/follow.html", form=form), status


def _followed(number: str, code: str) -> Complaint:
    """Return the complaint of a number and a code; neither is said to be the wrong one.

    Raises:
        TooManyAttemptsError: Too many were wrong from this address.
        WrongCodeError: There is none.
    """
    here = installation()
    claimed = doors.claim_follow(here, address_of(request.remote_addr))
    number, code = number.strip().upper(), typed_code(code)
    with reading() as work:
        one = work.session.scalar(select(Complaint).where(Complaint.number == number))
    found = one is not None and is_code(here.keys, number, code, one.code_mark)
    doors.settle_follow(here, claimed, right=found)
    if one is None or not found:
        raise WrongCodeError
    return one


@bp.post("/leave")
@public
def leave() -> Response:
    """Look no longer at the complaint that was followed in this browser."""
    following.forget()
    flash(gettext("已退出查看。"), "success")
    return redirect(url_for("complaints.follow"), code=HTTPStatus.SEE_OTHER)
