"""An owner's authorised buyers."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import files, regulations
from market.access import Permission, requires
from market.accounts.queries import organisation, people_of, user_of
from market.db import UnitOfWork
from market.documents import actions, queries, queries_owners
from market.documents.actions import buyers
from market.documents.forms import BuyerForm
from market.documents.owner_rules import BuyerDeed
from market.documents.rules import DocKind, Subject
from market.documents.views.blueprint import bp, take
from market.firms.queries import item_names
from market.web.deeds import NUMBER, Page, done, reading
from market.web.work import request_work


@bp.route("/owner/buyers", methods=["GET", "POST"])
@requires(Permission.OWNER_EDIT)
def own_buyers() -> Page:
    """List whom the owner lets buy; authorise another."""
    form = BuyerForm()
    with reading() as work:
        items = item_names(work.today)
        form.offer(_people(work), items)
    status = done(form, lambda work: _authorise(work, form))
    if status is None:
        flash(gettext("授权已登记，到期自动终止。委托书等待运营机构核对。"), "success")
        return redirect(url_for("documents.own_buyers"), code=303)
    with reading() as work:
        rules = regulations.in_force(queries.RULES, work.today)
        page = render_template(
            "documents/buyers.html",
            form=form,
            organisation=organisation(work, work.org_id),
            authorities=queries_owners.authorities(work, work.org_id),
            items=items,
            bound={deed: queries_owners.is_bound(work, work.org_id, deed) for deed in BuyerDeed},
            longest_months=rules.integer("buyer.longest_months"),
            accept=files.ACCEPTED,
        )
    return page, status


def _people(work: UnitOfWork) -> dict[int, str]:
    return {
        one.user.id: f"{one.user.name}（{one.user.username}）"
        for one in people_of(work, work.org_id)
        if one.user.active
    }


def _authorise(work: UnitOfWork, form: BuyerForm) -> None:
    user = user_of(work, work.org_id, int(form.person.data))
    row = buyers.authorise(work, user, form.grant())
    place = actions.Place(subject=Subject.BUYER, subject_id=row.id, kind=DocKind.LETTER)
    take(work, place, form.letter.data)


@bp.post(f"/owner/buyers/<{NUMBER}:buyer_id>/end")
@requires(Permission.OWNER_EDIT)
def end_buyer(buyer_id: int) -> Response:
    """Take an authority back before its day."""
    with request_work() as work:
        buyers.end(work, queries_owners.own_authority(work, buyer_id))
    flash(gettext("授权已终止。"), "success")
    return redirect(url_for("documents.own_buyers"), code=303)
