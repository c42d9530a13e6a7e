"""Affiliations on the web: a firm's declaration, the way of a case, and the public list."""

from collections.abc import Sequence

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, public, requires
from market.accounts import todo
from market.affiliations import actions, letters, profiles, promise, queries, todos
from market.affiliations.forms import (
    AnswerForm,
    CaseForm,
    DecideForm,
    DeclarationForm,
    ObjectionForm,
    StatementForm,
    in_words,
)
from market.affiliations.links import queries as links
from market.affiliations.links import views as link_views
from market.affiliations.model import Grouping
from market.affiliations.rules import UNANSWERED, Ground, GroupState
from market.affiliations.sanctions import queries as sanctions
from market.affiliations.sanctions import views as sanction_views
from market.codes import CreditCodeError, credit_code
from market.db import UnitOfWork
from market.duties import took
from market.errors import MissingError, msgid
from market.firms import queries as firms
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.letters.queries import standing
from market.web.addresses import clean
from market.web.deeds import Page, done, reading
from market.web.lists import PAGE_ROWS, Pages
from market.web.work import installation

bp = Blueprint("affiliations", __name__, url_prefix="/affiliations")
MOST_SUGGESTIONS = 200
MOST_FIRMS = 20
sanction_views.register(bp)
link_views.register(bp)
OVERSEEING = frozenset({Permission.FIRM_CHECK, Permission.OVERSIGHT_READ})


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.FIRM_EDIT, todos.for_firm)
    todo.provide(Permission.FIRM_CHECK, todos.for_operator)
    todo.link(Permission.FIRM_EDIT, msgid("本机构关联关系"), "affiliations.own")
    todo.link(Permission.FIRM_CHECK, msgid("关联关系核查"), "affiliations.desk")


@bp.get("")
@public
def index() -> str:
    """List the confirmed groups: number, firms and ground, nothing else."""
    with reading() as work:
        total = queries.count_in_force(work)
        pages = Pages.of(total)
        return render_template(
            "affiliations/index.html",
            rows=queries.in_force(work, PAGE_ROWS, pages.offset),
            rules=regulations.in_force(profiles.SUBJECT, work.today),
            pages=pages,
        )


# The firm's own pages.


@bp.get("/own")
@requires(Permission.FIRM_EDIT)
def own() -> Page:
    """Show a firm what it declared, the cases about it and its objections."""
    with reading() as work:
        firm = firms.of_org_or_none(work, work.org_id)
        if firm is None:
            return render_template("affiliations/none.html")
        versions = queries.declarations_of(work, firm.id)
        last = versions[0] if versions else None
        return render_template(
            "affiliations/own.html",
            firm=firm,
            last=last,
            versions=versions,
            parties=[in_words(row) for row in queries.parties_of(work, last)],
            ties=queries.ties_of(work, last),
            cases=queries.cases_of_firm(work, firm),
            objections=queries.objections_of_firm(work, firm),
            reaching=sanctions.reaching(work, firm),
            links=links.put_to(work, firm),
            rules=regulations.in_force(profiles.SUBJECT, work.today),
        )


@bp.route("/own/declare", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def declare() -> Page:
    """Let a firm declare who stands behind it; every declaration is a new version."""
    form = DeclarationForm()
    with reading() as work:
        firm = firms.of_org_or_none(work, work.org_id)
        if firm is None:
            return render_template("affiliations/none.html")
        last = queries.declaration_of(work, firm.id)
        parties = queries.parties_of(work, last)
        form.offer(parties, is_first=last is None)
        if not form.is_submitted():
            form.start(firm, last, parties, queries.ties_of(work, last))
        rules = regulations.in_force(profiles.SUBJECT, work.today)
    key = identity_key(installation().keys)
    status = done(form, lambda work: actions.declare(work, firms.own(work), form.facts(), key))
    if status is None:
        flash(gettext("关联关系已申报，新的版本已记入公开日志（只有摘要）。"), "success")
        return redirect(url_for("affiliations.own"), code=303)
    page = render_template(
        "affiliations/declare.html", form=form, firm=firm, last=last, rules=rules,
        text=promise.TEXT, text_version=promise.VERSION,
    )  # fmt: skip
    return page, status


@bp.get("/cases/<number>")
@requires(Permission.WORKBENCH_OPEN)
def case(number: str) -> str:
    """Show a case to its firms and to operators."""
    with reading() as work:
        found = _seen(work, number)
        return render_template("affiliations/case.html", **_shown(work, found))


def _seen(work: UnitOfWork, number: str) -> Grouping:
    find = queries.group if work.actor.permissions & OVERSEEING else queries.own_group
    return find(work, clean(number))


def _shown(work: UnitOfWork, group: Grouping) -> dict[str, object]:
    may = work.actor.permissions
    sees_all = bool(may & OVERSEEING)
    members = queries.firms_of(work, group)
    own_firm = firms.of_org_or_none(work, work.actor.org_id) if work.actor.org_id else None
    own_place = next((m for m, firm in members if own_firm and firm.id == own_firm.id), None)
    hearing = group.state is GroupState.HEARING
    in_time = hearing and work.now < group.state_by_at
    heard = hearing and (not in_time or all(member.stated_at for member, _ in members))
    return {
        "group": group,
        # A firm reads what it said itself, not what the others said.
        "members": [(m, firm, sees_all or m is own_place) for m, firm in members],
        "hearing": in_time,
        "issued": [
            standing(work, one)
            for one in letters.issued(work, group, None if sees_all else work.actor.org_id)
        ],
        "may_state": bool(own_place and not own_place.stated_at) and in_time,
        "may_object": own_place is not None and group.state is GroupState.CONFIRMED,
        "may_decide": Permission.FIRM_CHECK in may and heard and not took(work, group.opened_by_id),
        "rules": regulations.current().by_id(group.regulation_id),
    }


@bp.route("/cases/<number>/state", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def state(number: str) -> Page:
    """Let a firm of a case say what it thinks of it."""
    form = StatementForm()
    with reading() as work:
        shown = _shown(work, queries.own_group(work, clean(number)))
    status = done(form, lambda work: _state(work, number, form.statement.data or ""))
    if status is None:
        flash(gettext("陈述意见已提交，由立案人以外的人员审查后作出决定。"), "success")
        return redirect(url_for("affiliations.case", number=number), code=303)
    return render_template("affiliations/state.html", form=form, **shown), status


def _state(work: UnitOfWork, number: str, text: str) -> None:
    actions.state(work, queries.own_group(work, number), firms.own(work), text)


@bp.route("/cases/<number>/object", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def object_to(number: str) -> Page:
    """Let a firm ask for a confirmed group to be undone."""
    form = ObjectionForm()
    with reading() as work:
        shown = _shown(work, queries.own_group(work, clean(number)))
    status = done(form, lambda work: _object(work, number, form.text.data or ""))
    if status is None:
        flash(gettext("异议已提交，由认定人以外的人员答复。"), "success")
        return redirect(url_for("affiliations.own"), code=303)
    return render_template("affiliations/object.html", form=form, **shown), status


def _object(work: UnitOfWork, number: str, text: str) -> None:
    actions.object_to(work, firms.own(work), text, group=queries.own_group(work, number))


# The operator's pages.


@bp.get("/desk")
@requires(Permission.FIRM_CHECK)
def desk() -> str:
    """Show the operator what to look at, what waits, and what was decided."""
    with reading() as work:
        found = profiles.suggestions(work)
        return render_template(
            "affiliations/desk.html",
            suggestions=[row for row in found if not row.case][:MOST_SUGGESTIONS],
            taken_up=sum(1 for row in found if row.case),
            cases=queries.cases(work),
            objections=queries.objections(work),
            links=links.to_look_at(work),
            taken_back=sanctions.taken_back(work),
            rules=regulations.in_force(profiles.SUBJECT, work.today),
        )


@bp.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def open_case() -> Page:
    """Put to firms that they seem to stand under one controller."""
    form = CaseForm()
    form.offer()
    asked = [code for code in request.args.getlist("firm") if code.strip()][:MOST_FIRMS]
    with reading() as work:
        chosen, unknown = _chosen(work, asked)
        suggested = [
            row
            for row in (profiles.suggestions(work) if len(chosen) > 1 else [])
            if {row.first.code, row.second.code} <= {firm.code for firm in chosen}
        ]
    numbers: list[str] = []
    status = done(form, lambda work: numbers.append(_open(work, asked, form)))
    if status is None:
        flash(gettext("已立案，各机构可以在期限内陈述意见。"), "success")
        return redirect(url_for("affiliations.case", number=numbers[0]), code=303)
    page = render_template(
        "affiliations/open.html", form=form, chosen=chosen, unknown=unknown, suggested=suggested
    )
    return page, status


def _chosen(work: UnitOfWork, asked: Sequence[str]) -> tuple[list[Firm], list[str]]:
    """Return the firms that were named, each once, and the codes that name none."""
    found: dict[int, Firm] = {}
    unknown = []
    for code in asked:
        try:
            firm = firms.firm_by_code(work, credit_code(clean(code)))
        except (CreditCodeError, MissingError):
            unknown.append(code)
        else:
            found[firm.id] = firm
    return list(found.values()), unknown


def _open(work: UnitOfWork, asked: Sequence[str], form: CaseForm) -> str:
    chosen, _ = _chosen(work, asked)
    ground = Ground(form.ground.data)
    return actions.open_case(work, chosen, ground, form.facts.data or "").number


@bp.route("/cases/<number>/decide", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def decide(number: str) -> Page:
    """Decide a case that was heard."""
    form = DecideForm()
    with reading() as work:
        shown = _shown(work, queries.group(work, clean(number)))
    status = done(form, lambda work: _decide(work, number, form))
    if status is None:
        flash(gettext("决定已作出。认定的，次日零时起生效并公开。"), "success")
        return redirect(url_for("affiliations.case", number=number), code=303)
    return render_template("affiliations/decide.html", form=form, **shown), status


def _decide(work: UnitOfWork, number: str, form: DecideForm) -> None:
    confirm = form.outcome.data == "confirm"
    actions.decide(
        work, queries.group(work, number), confirm=confirm, text=form.decision.data or ""
    )


@bp.route("/objections/<objection>", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def answer(objection: str) -> Page:
    """Answer a firm's objection."""
    form = AnswerForm()
    with reading() as work:
        one = queries.objection(work, clean(objection))
        firm = firms.firm_by_id(work, one.firm_id)
        group = work.session.get(Grouping, one.group_id) if one.group_id else None
        own_deed = group is not None and took(work, group.decided_by_id)
        own_proposal = took(work, one.proposed_by_id)
        takes_two = actions.takes_two(work, one)
    status = done(form, lambda work: _answer(work, objection, form))
    if status is None:
        waits = takes_two and form.outcome.data == "uphold" and one.proposed_by_id is None
        said = gettext("采纳意见已提出，须由另一人复核后才生效。") if waits else gettext("已答复。")
        flash(said, "success")
        return redirect(url_for("affiliations.desk"), code=303)
    page = render_template(
        "affiliations/answer.html",
        form=form,
        one=one,
        firm=firm,
        group=group,
        own_deed=own_deed,
        own_proposal=own_proposal,
        takes_two=takes_two,
        is_open=one.state in UNANSWERED,
    )
    return page, status


def _answer(work: UnitOfWork, objection: str, form: AnswerForm) -> None:
    uphold = form.outcome.data == "uphold"
    actions.answer(
        work, queries.objection(work, objection), uphold=uphold, text=form.answer.data or ""
    )
