"""The checks at posting on the pages of needs: while typing, by a button, and at each step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for
from flask_babel import gettext, ngettext

from market.access import Permission, requires
from market.accounts import doors
from market.catalogue import queries as catalogue
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.needs import queries
from market.needs.checks.actions import refusal_of
from market.needs.checks.examining import Examination, examine
from market.needs.checks.model import NeedExamination, NeedJustification
from market.needs.checks.queries import found_then, justified, last_examination
from market.needs.checks.rules import (
    TITLES,
    Change,
    Finding,
    Ground,
    Severity,
    blocking,
    changed,
    unexplained,
)
from market.needs.checks.sums import BEING_WRITTEN
from market.needs.forms import JustifyForm, NeedForm
from market.needs.model import Need
from market.needs.rules import NeedState
from market.needs.views.blueprint import bp
from market.web.deeds import Page, reading
from market.web.errors import sentence_of
from market.web.work import acting, installation

# From the moment a notice is out its own words count, and nothing is examined any more.
EXAMINED: Final = BEING_WRITTEN | {NeedState.APPROVAL, NeedState.CHECK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding as a page shows it, with its explanation and the form to write one."""

    finding: Finding
    explained: NeedJustification | None = None
    form: JustifyForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the checks say on a page.

    ``typed`` marks what is not stored: there nothing can be explained yet.
    """

    examination: Examination
    rows: tuple[Row, ...]
    summary: str
    refusal: str | None = None
    before: NeedExamination | None = None
    change: Change | None = None
    typed: bool = False

    @property
    def must_explain(self) -> bool:
        """Whether anything asks for a public explanation."""
        return any(row.finding.severity is Severity.JUSTIFY for row in self.rows)


def wants_a_look() -> bool:
    """Whether the reader of a form only asks what the checks say."""
    return request.form.get("move") == "look"


def panel_of_form(form: NeedForm, item: Item, need: Need | None) -> Panel:
    """Examine what is typed in a form, complete or not; nothing is stored."""
    with reading() as work:
        typed, recusals = _typed(work, form, item, need)
        examination = examine(work, typed, recusals)
        have = justified(work, need) if need else {}
    return _panel(examination, have, typed=True)


def panel_of(work: UnitOfWork, need: Need, bound: JustifyForm | None = None) -> Panel | None:
    """Examine a stored need; None once its notice is out. ``bound`` is a form sent and refused."""
    if need.state not in EXAMINED:
        return None
    examination = examine(work, need)
    before = None if need.state in BEING_WRITTEN else last_examination(work, need)
    may = need.state in BEING_WRITTEN and Permission.NEED_POST in work.actor.permissions
    have = justified(work, need)
    refusal = refusal_of(examination, have)
    return _panel(
        examination,
        have,
        may=may,
        bound=bound,
        before=before,
        refusal=sentence_of(refusal) if refusal else None,
    )


def _panel(
    examination: Examination,
    have: Mapping[str, NeedJustification],
    *,
    may: bool = False,
    bound: JustifyForm | None = None,
    before: NeedExamination | None = None,
    refusal: str | None = None,
    typed: bool = False,
) -> Panel:
    found = examination.findings
    return Panel(
        examination=examination,
        rows=tuple(_row(each, have.get(each.key), bound, may=may) for each in found),
        summary=summary_of(examination, have),
        refusal=refusal,
        before=before,
        change=changed(found_then(before), found) if before else None,
        typed=typed,
    )


def _row(
    finding: Finding, row: NeedJustification | None, bound: JustifyForm | None, *, may: bool
) -> Row:
    if not may or finding.severity is not Severity.JUSTIFY:
        return Row(finding=finding, explained=row)
    if bound is not None and bound.is_about(finding.key):
        return Row(finding=finding, explained=row, form=bound)
    form = JustifyForm.about(finding.key)
    form.text.data = row.text if row else ""
    return Row(finding=finding, explained=row, form=form)


def summary_of(examination: Examination, have: Mapping[str, NeedJustification]) -> str:
    """Say in one line what the checks found: it is what a screen reader is told."""
    blocked = len(blocking(examination.findings))
    still_open = len(unexplained(examination.findings, have))
    parts = []
    if blocked:
        parts.append(ngettext("%(num)s 处须删改", "%(num)s 处须删改", blocked))
    if still_open:
        parts.append(ngettext("%(num)s 处须书面说明", "%(num)s 处须书面说明", still_open))
    found = gettext("、").join(parts) or gettext("没有还须删改或者说明的内容")
    supply = examination.supply
    firms = gettext(
        "登记本事项的机构 %(offering)s 家，符合全部条件的 %(able)s 家",
        offering=supply.offering,
        able=supply.able,
    )
    return f"{found}{gettext('；')}{firms}{gettext('。')}"


def _typed(
    work: UnitOfWork, form: NeedForm, item: Item, need: Need | None
) -> tuple[Need, dict[str, str]]:
    """Return a need that is in no session, with what has been typed of it so far."""
    typed = Need(
        number=need.number if need else "",
        owner_org_id=work.org_id,
        item_code=item.code,
        title=form.title.data or "",
        content=form.content.data or "",
        scale=form.scale.data or "",
        project_code=form.project_code.data or "",
        project_name=form.project_name.data or "",
        fee_bases=form.fee_inputs[0],
        fee_standard=form.fee_inputs[1],
        ceiling_fen=form.ceiling_fen.data or 0,
        service_working_days=form.service_working_days.data or 0,
        staff_required=form.staff_required.data or 0,
        projects_required=form.projects_required.data or 0,
        attempt=need.attempt if need else 1,
        state=need.state if need else NeedState.DRAFT,
    )
    return typed, form.typed_recusals()


def look_url(item: Item, need: Need | None) -> str:
    """Return where the script of a form asks what the checks say."""
    return url_for("needs.look", item=item.code, need=need.id if need else None)


@bp.post("/look")
@requires(Permission.NEED_POST)
def look() -> Page:
    """Say what the checks find in a form as it is typed. It writes nothing but that it asked."""
    form = NeedForm()
    doors.claim_look(installation(), acting().user_id or 0)
    asked = request.args.get("need", type=int)
    with reading() as work:
        need = queries.own(work, asked) if asked is not None else None
        item = catalogue.item(request.args.get("item", ""), work.today)
    return render_template("needs/_look.html", panel=panel_of_form(form, item, need))


def title_of(ground: str) -> str:
    """Return the msgid that names a ground; one that is unknown here speaks for itself."""
    return TITLES[Ground(ground)] if ground in set(Ground) else ground
