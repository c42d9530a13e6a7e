"""The page of the expert who is signed in: the facts, the term, and what to avoid."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import regulations
from market.access import Permission, requires
from market.accounts.forms import typed
from market.clock import beijing_day, months_after
from market.db import UnitOfWork
from market.experts import actions, evidence, queries
from market.experts.forms import TieForm
from market.experts.model import Expert
from market.experts.recusing import SUBJECT, limits_of
from market.experts.rules import TieGround, declaration_holds
from market.experts.todos import ONE_DAY
from market.experts.views.blueprint import bp
from market.web.deeds import Page, done, reading
from market.web.work import request_work


@bp.route("/mine", methods=["GET", "POST"])
@requires(Permission.EXPERT_SERVE)
def mine() -> Page:
    """Show an expert the own record; sent, it puts an organisation on the list to avoid."""
    form = TieForm()

    def deed(work: UnitOfWork) -> None:
        actions.add_tie(
            work,
            queries.own(work),
            org_code=typed(form.org_code),
            org_name=typed(form.org_name),
            ground=TieGround(form.ground.data),
            note=typed(form.note),
        )

    status = done(form, deed)
    if status is None:
        return _back(gettext("已加入回避清单，即时生效。清单齐全的，请提交申报。"))
    with reading() as work:
        expert = queries.expert_of_actor(work)
        if expert is None:
            return render_template("experts/none.html")
        return render_template("experts/mine.html", form=form, **_facts(work, expert)), status


def _facts(work: UnitOfWork, expert: Expert) -> dict[str, object]:
    rules = regulations.in_force(SUBJECT, work.today)
    limits = limits_of(rules)
    declared_on = None if expert.declared_at is None else beijing_day(expert.declared_at)
    return {
        "expert": expert,
        "items": queries.specialties_of(work, expert),
        "ties": queries.ties_of(work, expert),
        "deeds": queries.deeds_of(work, expert),
        "slots": evidence.slots(work, expert),
        "sittings": queries.sittings_of(work, expert),
        "rules": rules,
        "holds": declaration_holds(declared_on, limits, work.today),
        "declared_until_on": None
        if declared_on is None
        else months_after(declared_on, limits.declaration_months) - ONE_DAY,
        "today": work.today,
    }


@bp.post("/mine/ties/<int:tie_id>/end")
@requires(Permission.EXPERT_SERVE)
def end_tie(tie_id: int) -> Response:
    """Note that a tie of the expert's is over."""
    with request_work() as work:
        actions.end_tie(work, queries.own(work), tie_id)
    return _back(gettext("已登记结束；在规定期间内仍须回避。"))


@bp.post("/mine/declare")
@requires(Permission.EXPERT_SERVE)
def declare() -> Response:
    """Declare that the list is complete."""
    with request_work() as work:
        actions.declare(work, queries.own(work))
    return _back(gettext("回避申报已提交，申报的时间已记入公开日志，内容不公开。"))


def _back(words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("experts.mine"), code=303)
