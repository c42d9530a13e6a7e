"""Writing a need: choosing the item, the form, and the form again after a failure."""

from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from market import witnessing
from market.access import Permission, requires
from market.affiliations.profiles import SUBJECT as AFFILIATIONS
from market.catalogue import queries as catalogue
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.firms.queries_past_projects import SUBJECT as PAST_PROJECTS
from market.firms.queries_past_projects import most_required
from market.needs import actions, hindrances, queries
from market.needs.checks.errors import UnexplainedError
from market.needs.forms import MOST_RECUSALS, USUAL_MODE, NeedForm
from market.needs.limits import SUBJECT
from market.needs.methods import METHODS_SUBJECT
from market.needs.model import Need
from market.needs.price_cap import FEES_SUBJECT, must_be_computable
from market.needs.rules import DEMONSTRATION_MODE, Move, NeedState, advance
from market.needs.sketches import actions as sketches
from market.needs.sketches.model import NeedSketch
from market.needs.views.blueprint import ONE, bp
from market.needs.views.checking import look_url, panel_of_form, wants_a_look
from market.needs.views.sketching import (
    keep_and_return,
    keep_url,
    sketch_asked,
    sketch_rows,
    sketch_version,
    wants_keeping,
)
from market.regulations import in_force
from market.tariffs.inputs import LONGEST
from market.tariffs.offers import computable
from market.web.deeds import Page, done, reading, sent_version
from market.web.errors import sentence_of
from market.web.lists import words_asked
from market.web.work import installation

MOST_EARLIER: Final = 6


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def new() -> Page:
    """Write a need: first the item is chosen, then the form is filled in."""
    code = request.args.get("item", "")
    if not code:
        return _choose(None)
    item = _item(code)
    form = NeedForm()
    if request.method != "POST":
        _start(form, item)
        return form_page(form, item, None, HTTPStatus.OK)
    if wants_a_row(form) or wants_a_look():
        return form_page(form, item, None, HTTPStatus.OK)
    if wants_keeping():
        return keep_and_return(form, item, None)
    made: list[Need] = []
    refused = done(form, lambda work: made.append(_write(work, form, item)))
    if refused is not None:
        return form_page(form, item, None, refused)
    return _written(made[0].id)


def _start(form: NeedForm, item: Item) -> None:
    """Fill a new form in: as it was left, or as another need of the organisation."""
    copied = request.args.get("copy", type=int)
    with reading() as work:
        if (left := sketch_asked()) is not None:
            form.take_up(sketches.typed_in(sketches.own(work, left)))
        elif copied is not None:
            form.fill(actions.facts_of(work, queries.own(work, copied)))
        else:
            most = in_force(SUBJECT, work.today).integer("draw.maximum_alternates")
            form.start(item, current_user.name, most)
            # "Compute for my project" leads here with what was computed.
            form.fee_bases.data = request.args.get("fee_bases", "")[:LONGEST]
            form.fee_standard.data = request.args.get("fee_standard", "")[:LONGEST]
            if earlier := queries.latest_by(work, work.user_id):
                form.contact_phone.data = earlier.contact_phone
                form.funding_source.data = earlier.funding_source


def _write(work: UnitOfWork, form: NeedForm, item: Item) -> Need:
    need = actions.draft(work, form.facts(item.code))
    _submit_if_asked(work, need)
    if (left := sketch_asked()) is not None:
        sketches.drop(work, left)
    return need


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def edit(need_id: int) -> Page:
    """Change a draft or a returned need."""
    form = NeedForm()
    sketch = None
    with reading() as work:
        need = queries.own(work, need_id)
        item = catalogue.item(_item_code(need), work.today)
        if request.method != "POST":
            if need.state is NeedState.FAILED:
                return redirect(url_for("needs.renotice", need_id=need_id), code=303)
            if need.state not in actions.EDITABLE:
                advance(need.state, Move.SUBMIT)  # refuses, in the words of the rule
            sketch = _refill(work, form, need)
    if request.method != "POST" or wants_a_row(form) or wants_a_look():
        return form_page(form, item, need, HTTPStatus.OK, sketch=sketch)
    if wants_keeping():
        return keep_and_return(form, item, need)
    refused = done(form, lambda work: _rewrite(work, need_id, form, item))
    if refused is not None:
        return form_page(form, item, need, refused)
    return _written(need_id)


def _refill(work: UnitOfWork, form: NeedForm, need: Need) -> NeedSketch | None:
    """Fill the form of a need in: as the reader left it, or as the need stands."""
    sketch = sketches.of_need(work, need) if request.args.get("fresh") is None else None
    if sketch is None:
        form.fill(actions.facts_of(work, need))
    else:
        form.take_up(sketches.typed_in(sketch))
    return sketch


def _rewrite(work: UnitOfWork, need_id: int, form: NeedForm, item: Item) -> None:
    need = queries.own(work, need_id)
    if need.state is NeedState.FAILED:
        advance(need.state, Move.SUBMIT)  # the way on is ``renotice``, in one step
    actions.unchanged_since(need, sent_version())
    actions.edit(work, need, form.facts(item.code))
    sketches.drop_of(work, need)
    _submit_if_asked(work, need)


@bp.route(f"{ONE}/renotice", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def renotice(need_id: int) -> Page:
    """Change a failed need after its diagnosis and send it on its way again."""
    form = NeedForm()
    sketch = None
    with reading() as work:
        need = queries.own(work, need_id)
        item = catalogue.item(_item_code(need), work.today)
        failures = queries.failures_of(work, need)
        if request.method != "POST":
            advance(need.state, Move.RENOTICE)
            if found := hindrances.of_again(work, need):
                raise found
            sketch = _refill(work, form, need)
    if request.method != "POST" or wants_a_row(form) or wants_a_look():
        return form_page(form, item, need, HTTPStatus.OK, failures=failures, sketch=sketch)
    if wants_keeping():
        return keep_and_return(form, item, need)
    refused = done(form, lambda work: _again(work, need_id, form, item))
    if refused is not None:
        return form_page(form, item, need, refused, failures=failures)
    flash(gettext("已提交内部审批，审批和审核通过后发布新一次公告。"), "success")
    return redirect(url_for("needs.show_own", need_id=need_id), code=303)


def _again(work: UnitOfWork, need_id: int, form: NeedForm, item: Item) -> None:
    need = queries.own(work, need_id)
    actions.unchanged_since(need, sent_version())
    if need.state is not NeedState.FAILED:
        advance(need.state, Move.RENOTICE)
    actions.edit(work, need, form.facts(item.code))
    sketches.drop_of(work, need)
    actions.renotice(work, need)


def _submit_if_asked(work: UnitOfWork, need: Need) -> None:
    """Send a need on; what must be explained first is kept, for the boxes are on its page."""
    if request.form.get("move") != "submit":
        return
    try:
        actions.submit(work, need)
    except UnexplainedError as error:
        flash(sentence_of(error), "warning")


def _written(need_id: int) -> Response:
    if request.form.get("move") == "preview":
        return redirect(url_for("needs.preview", need_id=need_id), code=303)
    with reading() as work:
        submitted = queries.own(work, need_id).state is NeedState.APPROVAL
    asked = request.form.get("move") == "submit"
    words = gettext("已提交内部审批。") if submitted else gettext("草稿已保存，尚未提交。")
    flash(words, "success")
    anchor = "checks" if asked and not submitted else None
    return redirect(url_for("needs.show_own", need_id=need_id, _anchor=anchor), code=303)


def wants_a_row(form: NeedForm) -> bool:
    """Whether the reader only asks for another row to write a recusal in."""
    if request.form.get("move") != "row":
        return False
    if len(form.recusals) < MOST_RECUSALS:
        form.recusals.append_entry()
    return True


def _item_code(need: Need) -> str:
    """Return the need's item, or the one chosen instead for a need not yet announced."""
    chosen = request.args.get("item", "")
    return chosen if chosen and need.attempt == 1 else need.item_code


def _item(code: str) -> Item:
    with reading() as work:
        return catalogue.item(code, work.today)


@bp.get(f"{ONE}/item")
@requires(Permission.NEED_POST)
def change_item(need_id: int) -> Page:
    """Choose another item for a need that is still being written."""
    with reading() as work:
        need = queries.own(work, need_id)
    return _choose(need)


def _choose(need: Need | None) -> Page:
    words = words_asked()
    with reading() as work:
        found = catalogue.search(words, work.today)
        return render_template(
            "needs/choose.html",
            groups=catalogue.grouped(found),
            words=words,
            need=need,
            earlier=() if need or words else queries.own_list(work, limit=MOST_EARLIER),
            unfinished=sketch_rows(work) if need is None else (),
        )


def form_page(
    form: NeedForm, item: Item, need: Need | None, status: HTTPStatus, **more: object
) -> Page:
    """Show the form of a need, or of a change of its notice."""
    if len(form.recusals) == 0:
        form.blank_rows()
    here = installation()
    form.describe_modes(is_witnessed=witnessing.required(here), is_demonstration=here.config.demo)
    is_preset = request.method != "POST"
    if is_preset and form.mode.data == DEMONSTRATION_MODE and not here.config.demo:
        form.mode.data = USUAL_MODE
    looked = request.method == "POST" and request.form.get("move") != "row"
    panel = panel_of_form(form, item, need) if looked else None
    with reading() as work:
        rules = in_force(SUBJECT, work.today)
        shown = sketch_version(more.get("sketch"), need)
        threshold = in_force("procurement-threshold", work.today)
        form.describe_methods(hindrances.of_methods(work, item.code, need))
        form.offer_criteria(in_force(METHODS_SUBJECT, work.today))
        form.offer_tickets(in_force(AFFILIATIONS, work.today))
        page = render_template(
            "needs/form.html",
            form=form,
            item=item,
            need=need,
            version=shown if (sent := sent_version()) is None else sent,
            sketch_id=sketch_asked(),
            keep_url=keep_url(item, need),
            look_url=look_url(item, need),
            checks=panel,
            computable=computable(work, item, *form.fee_inputs),
            must_be_computable=must_be_computable(in_force(FEES_SUBJECT, work.today)),
            most_alternates=rules.integer("draw.maximum_alternates"),
            most_recusals=MOST_RECUSALS,
            most_projects=most_required(in_force(PAST_PROJECTS, work.today)),
            tender_from_fen=(
                threshold.integer("engineering_services.single_contract_from_fen")
                if item.tender_class
                else None
            ),
            rules=rules,
            usual_mode=USUAL_MODE,
            returns=queries.returns_of(work, need) if need else (),
            **{"failures": (), "sketch": None, **more},
        )
    return page, status
