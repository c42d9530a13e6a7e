"""The fee tables for everybody: the list, a calculator for each, the comparison of an item."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, render_template, request, url_for
from flask_login import current_user

from market.access import Permission, public
from market.catalogue import queries as catalogue
from market.catalogue.rules import Item
from market.catalogue.views import FeeLink, provide_fee_links
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.firms import queries as firms
from market.firms.fee_history import in_force
from market.firms.fees import FeeKind
from market.tariffs import asking, comparing, history, inputs, offers, queries, showing
from market.tariffs import labels as _declared  # noqa: F401 - importing declares the labels
from market.tariffs.asking import Typed
from market.tariffs.disclosed import Project, named, price_of
from market.tariffs.errors import CalculationError
from market.tariffs.printed import NumberBlock, number_blocks
from market.tariffs.project import BaseField, BaseNamed, bases_in, fields_of, lines_of
from market.tariffs.rules import Calculation, Standard, Variant, calculate
from market.web.errors import sentence_of
from market.web.lists import Sort
from market.web.work import request_work

bp = Blueprint("tariffs", __name__, url_prefix="/fees")

Page = str | tuple[str, int]
LONGEST = 60


def init_app(app: Flask) -> None:
    """Register the pages, and the way to them from the page of an item."""
    showing.init_app(app)
    app.register_blueprint(bp)
    provide_fee_links(app, links_of)


def links_of(work: UnitOfWork, item: Item) -> list[FeeLink]:
    """Return where the fee of an item can be computed."""
    tables = [
        FeeLink(words=showing.name(one.name), url=url_for("tariffs.show", table=one.id))
        for one in queries.for_item(item, work.today)
    ]
    compare = url_for("tariffs.compare", code=item.code)
    return [*tables, FeeLink(words=msgid("为我的项目比较各机构的收费"), url=compare, main=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A form as it was sent, and what came of it."""

    standard: Standard
    variant: Variant
    typed: Typed
    parts: int
    item_code: str = ""
    result: Calculation | None = None
    problem: str = ""
    field: str = ""

    @property
    def columns(self) -> tuple[Variant, ...]:
        """The columns to choose from: on an item's page those that are its standard."""
        return columns_for(self.standard, self.item_code)

    @property
    def numbers(self) -> list[NumberBlock]:
        """The table as its document prints it."""
        return number_blocks(self.variant)

    def value(self, name: str, number: int = 1) -> str:
        """Return what was typed in a field of a part."""
        return asking.first(self.typed, asking.field_of(name, number))

    @property
    def query(self) -> str:
        """The arguments of the address, for a link to the same question elsewhere."""
        return urlencode(self.typed, doseq=True)

    @property
    def status(self) -> int:
        """The status of the page."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.problem else HTTPStatus.OK


def typed_now() -> Typed:
    """Return the arguments of the address, without what cannot be printed."""
    return {
        name: ["".join(c for c in text if c.isprintable())[:LONGEST] for text in texts]
        for name, texts in request.args.lists()
    }


def columns_for(standard: Standard, item_code: str) -> tuple[Variant, ...]:
    """Return the columns that may be asked for: those of the item, or all where there is none."""
    return standard.variants_for(item_code) if item_code else standard.variants


def question_of(standard: Standard, typed: Typed, *, asks: bool, item_code: str = "") -> Question:
    """Read a form and compute it, if anything is asked; for an item only by its own columns."""
    own = columns_for(standard, item_code)
    shown = Question(
        standard=standard,
        variant=(own or standard.variants)[0],
        typed=typed,
        parts=asking.parts_shown(standard, typed),
        item_code=item_code,
    )
    try:
        variant = (
            asking.variant_of_item(standard, typed, item_code)
            if item_code
            else asking.variant_asked(standard, typed)
        )
    except CalculationError as error:
        return _refused(shown, error)
    plain = replace(shown, variant=variant)
    if not asks:
        return plain
    try:
        result = calculate(standard, asking.asked(standard, variant, typed))
    except CalculationError as error:
        return _refused(plain, error)
    return replace(plain, result=result)


def _refused(shown: Question, error: CalculationError) -> Question:
    return replace(shown, problem=sentence_of(error), field=error.field or "base")


def _asks(typed: Typed) -> bool:
    """Whether the address asks for a result; the button for another part only changes the form."""
    return "base" in typed and "more" not in typed


@bp.get("/standards")
@public
def index() -> str:
    """Every fee table with its source."""
    with request_work() as work:
        standards = queries.all_standards(work.today)
        names = {item.code: item for item in catalogue.all_items(work.today)}
    return render_template("tariffs/index.html", standards=standards, items=names)


@bp.get("/standards/<table>")
@public
def show(table: str) -> Page:
    """One table: its numbers, and the calculator with every step."""
    typed = typed_now()
    with request_work() as work:
        standard = queries.standard(table, work.today)
        names = {item.code: item for item in catalogue.all_items(work.today)}
    question = question_of(standard, typed, asks=_asks(typed))
    return render_template("tariffs/show.html", q=question, items=names), question.status


@bp.get("/standards/<table>.json", endpoint="data")
@public
def calculation_data(table: str) -> tuple[Response, int]:
    """Give the same calculation to programs, exact."""
    typed = typed_now()
    with request_work() as work:
        standard = queries.standard(table, work.today)
    question = question_of(standard, typed, asks=True)
    if question.result is None:
        refused = {**showing.source_data(standard), "problem": question.problem}
        return jsonify(refused | {"field": question.field}), HTTPStatus.BAD_REQUEST
    return jsonify(showing.as_data(question.result)), HTTPStatus.OK


def _shared(question: Question | None) -> str | None:
    """Return the base that the table asks for as well: it is not asked twice."""
    if question is None or question.variant.counts:
        return None
    return inputs.key_of(question.variant.base.zh)


def _question_on(standards: list[Standard], typed: Typed, item_code: str) -> Question | None:
    """Return the form of the table chosen, or of the first; the firm brings its own discount."""
    if not standards:
        return None
    wanted = asking.first(typed, "standard")
    standard = next((one for one in standards if one.id == wanted), standards[0])
    without = {name: texts for name, texts in typed.items() if name not in inputs.OF_THE_FIRM}
    asks = _asks(without) and bool(asking.first(without, "base"))
    return question_of(standard, without, asks=asks, item_code=item_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectForm:
    """The form 'my project' with everything typed in it, and what a table gives."""

    standards: list[Standard]
    question: Question | None
    fields: list[BaseField]
    unit: str

    @property
    def result(self) -> Calculation | None:
        """The fee by the table on the page."""
        return self.question.result if self.question else None

    @property
    def shown(self) -> list[tuple[BaseField, str]]:
        """The fields beside those of the table, each with what is wrong with it."""
        return [
            (one, sentence_of(one.problem) if one.problem else "")
            for one in self.fields
            if one.name != "base"
        ]

    @property
    def is_refused(self) -> bool:
        """Whether something cannot be read or computed."""
        problem = self.question is not None and bool(self.question.problem)
        return problem or any(one.problem for one in self.fields)

    @property
    def for_need(self) -> dict[str, str]:
        """What a need would state of the project; empty before anything was typed."""
        result = self.result
        shared = None if result is None or result.variant.counts else result.variant.base.zh
        asked = (shared, result.asked) if shared and result else None
        lines = lines_of(self.fields, asked)
        table = inputs.Question(result.standard.id, self._kept()).address if result else ""
        said = {"fee_bases": lines, "fee_standard": table}
        return {name: text for name, text in said.items() if text}

    def _kept(self) -> Typed:
        """Return what the calculator itself was asked, without the fields of other bases."""
        typed = self.question.typed if self.question else {}
        dropped = inputs.DROPPED | {"standard"}
        return {
            name: texts
            for name, texts in typed.items()
            if name not in dropped and not name.startswith("b-") and any(texts)
        }


def _project_form(
    typed: Typed, standards: list[Standard], bases: list[BaseNamed], item_code: str
) -> ProjectForm:
    question = _question_on(standards, typed, item_code)
    return ProjectForm(
        standards=standards,
        question=question,
        fields=fields_of(bases, typed, _shared(question)),
        unit=asking.first(typed, "unit") or "wan",
    )


@bp.get("/compare/<code>")
@public
def compare(code: str) -> Page:
    """What each listed firm's published fee gives for one project."""
    sort = Sort.asked(comparing.SORTS, first="amount")
    with request_work() as work:
        item = catalogue.item(code, work.today)
        found = offers.offers(work, item)
        standards = offers.standards_of(item, found, work.today)
        bases = offers.bases_of(offer.fee for offer in found)
        form = _project_form(typed_now(), standards, bases, item.code)
        rows = offers.compare(
            found, bases_in(form.fields), form.result, sort=sort.key, descending=sort.descending
        )
        page = render_template(
            "tariffs/compare.html",
            item=item,
            form=form,
            q=form.question,
            rows=rows,
            sort=sort,
            may_post=current_user.is_authenticated
            and Permission.NEED_POST in work.actor.permissions,
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_refused else HTTPStatus.OK


@bp.get("/firms/<code>/<item>")
@public
def firm(code: str, item: str) -> Page:
    """One firm's fee for an item: what it gives for a project, and every version of it."""
    with request_work() as work:
        row = firms.firm_by_code(work, code)
        versions = firms.fee_history(work, row.id, item)
        if not versions:
            raise MissingError
        fee = in_force(versions, work.today)
        table = named(fee, work.today) if fee and fee.kind is FeeKind.DISCOUNT else None
        standards = [table] if table and table.variants_for(item) else []
        form = _project_form(typed_now(), standards, offers.bases_of([fee]), item)
        project = Project(bases=bases_in(form.fields), computed=form.result)
        asks = fee is not None and (bool(request.args) or fee.kind is FeeKind.FIXED)
        page = render_template(
            "tariffs/firm.html",
            firm=row,
            item_code=item,
            item=firms.item_or_none(item, work.today),
            form=form,
            q=form.question,
            fee=fee,
            found=price_of(fee, project, work.today) if asks else None,
            versions=history.told(versions, work.today),
            today=work.today,
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_refused else HTTPStatus.OK
