"""Cards on the web: the public list, each card with reply and outcome, and the officials' board."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Final, cast

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import files, regulations
from market.access import Permission, public, requires
from market.accounts import todo
from market.accounts.operators import duties_of
from market.accounts.queries import organisation, organisation_by_code
from market.clocks import cards
from market.clocks.card_rules import CardState, Trigger
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.supervision import actions, grades, interviewing, queries, shown, timing, todos
from market.supervision.forms import (
    DecideForm,
    GiveForm,
    InviteForm,
    RecordForm,
    ReplyForm,
    WithdrawForm,
    WordsForm,
)
from market.supervision.queries import Asked
from market.supervision.rules import InterviewMove
from market.supervision.shown import may
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.downloads import uploaded
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages, one_asked, words_asked
from market.web.work import installation

bp = Blueprint("supervision", __name__)
ONE: Final = "/cards/<number>"
MOST_DAYS: Final = 3_650
Find = Callable[[UnitOfWork, str], Card]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.CARD_REPLY, todos.for_party)
    todo.provide(Permission.CARD_GIVE, todos.for_giver)
    todo.provide(Permission.CARD_DECIDE, todos.for_judge)
    todo.provide(Permission.ORGANISATION_MANAGE, todos.for_operator)  # the manager's alone
    todo.link(Permission.OVERSIGHT_READ, msgid("亮牌督查"), "supervision.board")
    todo.link(Permission.CARD_REPLY, msgid("亮牌公示"), "supervision.index")


def _asked() -> Asked:
    days = request.args.get("days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0  # noqa: PLR2004 - ten years have four digits
    return Asked(
        stage=one_asked(CardStage, "stage"),
        state=one_asked(CardState, "state"),
        words=words_asked(),
        overdue_days=min(number, MOST_DAYS),
    )


@bp.get("/cards")
@public
def index() -> str:
    """List every card that stands: number, stage, party, cause, outcome."""
    asked = _asked()
    with reading() as work:
        pages = Pages.of(queries.count(work, asked))
        return render_template(
            "supervision/index.html",
            rows=queries.cards(work, asked, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
            asked=asked,
            stages=CardStage,
            states=[state for state in CardState if state is not CardState.WITHDRAWN],
            withdrawn=queries.count_withdrawn(work),
            taken_back=queries.withdrawn(work),
            party=None,
            rules=regulations.in_force(cards.SUBJECT, work.today),
        )


@bp.get("/cards/of/<code>")
@public
def of_party(code: str) -> str:
    """Show the cards of one organisation."""
    asked = _asked()
    with reading() as work:
        party = organisation_by_code(work, code.upper())
        pages = Pages.of(queries.count(work, asked, org_id=party.id))
        return render_template(
            "supervision/index.html",
            rows=queries.cards(work, asked, limit=PAGE_ROWS, offset=pages.offset, org_id=party.id),
            pages=pages,
            asked=asked,
            stages=CardStage,
            states=[state for state in CardState if state is not CardState.WITHDRAWN],
            withdrawn=queries.count_withdrawn(work, party.id),
            taken_back=[],
            party=party,
            rules=regulations.in_force(cards.SUBJECT, work.today),
        )


@bp.get("/supervision")
@requires(Permission.OVERSIGHT_READ)
def board() -> str:
    """Show every card with reply and outcome, the latest first."""
    asked = _asked()
    with reading() as work:
        counts = queries.count_by_state(work)
        pages = Pages.of(queries.count(work, asked, every=True))
        return render_template(
            "supervision/board.html",
            rows=queries.cards(work, asked, limit=PAGE_ROWS, offset=pages.offset, every=True),
            pages=pages,
            asked=asked,
            stages=CardStage,
            counts=counts,
            may_give=Permission.CARD_GIVE in work.actor.permissions,
        )


@bp.get("/supervision/grades")
@requires(Permission.OVERSIGHT_READ)
def quarter() -> str:
    """Show the grades of a quarter: owners, operators and authorities, by their cards."""
    with reading() as work:
        chosen_on = grades.day_asked(work, request.args.get("quarter", ""))
        found = grades.of_quarter(work, chosen_on, duties_of(work))
        return render_template("supervision/grades.html", found=found)


@bp.route("/supervision/give", methods=["GET", "POST"])
@requires(Permission.CARD_GIVE)
def give() -> Page:
    """Give a card by hand, with evidence."""
    form = GiveForm()
    form.offer()
    numbers: list[str] = []
    status = done(form, lambda work: numbers.append(_give(work, form)))
    if status is None:
        flash(gettext("已亮牌，编号 %(number)s。", number=numbers[0]), "success")
        return redirect(url_for("supervision.show", number=numbers[0]), code=303)
    with reading() as work:
        rules = regulations.in_force(cards.SUBJECT, work.today)
        return render_template("supervision/give.html", form=form, rules=rules), status


def _give(work: UnitOfWork, form: GiveForm) -> str:
    facts = actions.HandFacts(
        trigger=Trigger(form.trigger.data),
        code=form.code.data or "",
        number=form.number.data or "",
        happened_on=cast("date", form.happened_on.data),
        cause=form.cause.data or "",
        evidence=form.evidence.data or "",
    )
    return actions.give_by_hand(work, facts).number


@bp.get(ONE)
@public
def show(number: str) -> Page:
    """Show a card: to everybody what is public, to its party and to officials the rest."""
    return _page(number, None, HTTPStatus.OK, _readable)


def _readable(work: UnitOfWork, number: str) -> Card:
    sees_all = Permission.OVERSIGHT_READ in work.actor.permissions
    return queries.public_card(work, number, sees_all=sees_all)


def _page(number: str, form: MarketForm | None, status: int, find: Find) -> Page:
    with reading() as work:
        card = find(work, number)
        decisions = queries.decisions_of(work, card)
        page = render_template(
            "supervision/show.html",
            card=card,
            may=may(work, card),
            party=organisation(work, card.org_id),
            reply=queries.reply_of(work, card),
            reply_clock=timing.shown(work, card),
            decisions=decisions,
            **shown.facts(work, card, decisions),
            withdrawals=queries.withdrawals_of(work, card),
            interviews=queries.interviews_of(work, card),
            version=seen_version(card.version),
            form=form,
            forms={
                kind: form if isinstance(form, kind) else kind(formdata=None)
                for kind in (ReplyForm, WordsForm, WithdrawForm, DecideForm, InviteForm, RecordForm)
            },
            kinds={
                "reply": ReplyForm,
                "words": WordsForm,
                "withdraw": WithdrawForm,
                "decide": DecideForm,
                "invite": InviteForm,
                "record": RecordForm,
            },
            accept=files.ACCEPTED,
        )
    return page, status


def _run(
    number: str,
    form: MarketForm,
    deed: Callable[[UnitOfWork, Card], object],
    success: str,
    find: Find = queries.by_number,
) -> Page:
    def do(work: UnitOfWork) -> None:
        card = find(work, number)
        as_seen(card.version)
        deed(work, card)

    status = done(form, do)
    if status is None:
        flash(gettext(success), "success")
        return redirect(url_for("supervision.show", number=number), code=303)
    return _page(number, form, status, find)


@bp.post(f"{ONE}/reply")
@requires(Permission.CARD_REPLY)
def reply(number: str) -> Page:
    """Take what the responsible party says."""
    form = ReplyForm()

    def deed(work: UnitOfWork, card: Card) -> None:
        upload = form.file.data
        stored = None
        if upload:
            folder = installation().config.uploads_dir
            stored = files.keep(work, folder, upload.stream, upload.filename)
        actions.reply(work, card, form.text.data or "", stored)

    return _run(number, form, deed, msgid("答复已提交。"), queries.own_card)


@bp.get(f"{ONE}/reply/file")
@requires(Permission.WORKBENCH_OPEN)
def reply_file(number: str) -> Response:
    """Hand out the evidence of a reply to the party and to officials."""
    with reading() as work:
        card = queries.by_number(work, number)
        found = queries.reply_of(work, card)
        if not may(work, card).sees_all or found is None or found.file_id is None:
            raise MissingError
        return uploaded(work, found.file_id)


@bp.post(f"{ONE}/uphold")
@requires(Permission.CARD_DECIDE)
def uphold(number: str) -> Page:
    """Uphold a card."""
    form = WordsForm()
    return _run(
        number,
        form,
        lambda work, card: actions.uphold(work, card, form.text.data or ""),
        msgid("已维持，等待整改。"),
    )


@bp.post(f"{ONE}/close")
@requires(Permission.CARD_DECIDE)
def close(number: str) -> Page:
    """Close a card once what it is about is mended."""
    form = WordsForm()
    return _run(
        number,
        form,
        lambda work, card: actions.close(work, card, form.text.data or ""),
        msgid("已办结。"),
    )


@bp.post(f"{ONE}/withdraw")
@requires(Permission.CARD_GIVE)
def withdraw(number: str) -> Page:
    """Propose to take back a wrong card."""
    form = WithdrawForm()
    return _run(
        number,
        form,
        lambda work, card: actions.propose_withdrawal(work, card, form.reason.data or ""),
        msgid("撤销意见已提交，由另一人决定。"),
    )


@bp.post(f"{ONE}/withdrawal/take-back")
@requires(Permission.CARD_GIVE)
def take_back_withdrawal(number: str) -> Page:
    """Take back one's own proposal to take back a card."""
    return _run(
        number,
        MarketForm(),
        actions.take_back_withdrawal,
        msgid("撤销意见已收回。"),
    )


@bp.post(f"{ONE}/withdrawal")
@requires(Permission.CARD_DECIDE)
def decide_withdrawal(number: str) -> Page:
    """Take back a card, or leave it."""
    form = DecideForm()

    def deed(work: UnitOfWork, card: Card) -> None:
        agree = form.agree.data == "yes"
        actions.decide_withdrawal(work, card, agree=agree, text=form.text.data or "")

    return _run(number, form, deed, msgid("决定已登记。"))


@bp.post(f"{ONE}/interview")
@requires(Permission.CARD_GIVE)
def invite(number: str) -> Page:
    """Invite the party to an interview."""
    form = InviteForm()

    def deed(work: UnitOfWork, card: Card) -> None:
        facts = interviewing.Invitation(
            meet_on=cast("date", form.meet_on.data),
            hour=form.hour.data or 0,
            place=form.place.data or "",
            topic=form.topic.data or "",
        )
        interviewing.invite(work, card, facts)

    return _run(number, form, deed, msgid("约谈邀请已发出。"))


@bp.post(f"{ONE}/interview/record")
@requires(Permission.CARD_GIVE)
def record(number: str) -> Page:
    """Record what became of an interview."""
    form = RecordForm()

    def deed(work: UnitOfWork, card: Card) -> None:
        interviewing.record_interview(
            work,
            card,
            InterviewMove(form.outcome.data),
            form.record.data or "",
            form.result.data or "",
        )

    return _run(number, form, deed, msgid("约谈结果已登记。"))
