"""The fee tables for everybody: the list, a calculator for each, the comparison of an item."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, render_template, request, url_for

from market.access import public
from market.catalogue import queries as catalogue
from market.catalogue.rules import Item
from market.catalogue.views import FeeLink, provide_fee_links
from market.db import UnitOfWork
from market.errors import msgid
from market.tariffs import asking, comparing, offers, queries, showing
from market.tariffs import labels as _declared  # noqa: F401 - importing declares the labels
from market.tariffs.asking import Typed
from market.tariffs.errors import CalculationError
from market.tariffs.printed import NumberBlock, number_blocks
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
    result: Calculation | None = None
    problem: str = ""
    field: str = ""

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


def question_of(standard: Standard, typed: Typed, *, asks: bool) -> Question:
    """Read a form and compute it, if anything is asked."""
    try:
        variant = asking.variant_asked(standard, typed)
    except CalculationError as error:
        return _refused(standard, standard.variants[0], typed, error)
    plain = Question(
        standard=standard,
        variant=variant,
        typed=typed,
        parts=asking.parts_shown(standard, typed),
    )
    if not asks:
        return plain
    try:
        result = calculate(standard, asking.asked(standard, variant, typed))
    except CalculationError as error:
        return _refused(standard, variant, typed, error)
    return Question(
        standard=standard, variant=variant, typed=typed, parts=plain.parts, result=result
    )


def _refused(
    standard: Standard, variant: Variant, typed: Typed, error: CalculationError
) -> Question:
    return Question(
        standard=standard,
        variant=variant,
        typed=typed,
        parts=asking.parts_shown(standard, typed),
        problem=sentence_of(error),
        field=error.field or "base",
    )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseField:
    """A base that firms' rates name, and what the project has of it."""

    words: str
    name: str
    value: str
    problem: str = ""


def _base_name(words: str) -> str:
    # A link keeps its meaning whatever other firms publish later.
    return f"b-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def _bases(
    found: list[offers.Offer], question: Question | None, typed: Typed
) -> tuple[list[BaseField], offers.Bases]:
    """Return the fields for the bases, and the amounts that can be read.

    The base that the table asks for as well is not asked twice.
    """
    fields, bases = [], {}
    shared = question.variant.base.zh if question and not question.variant.counts else None
    for words in offers.bases_of(found):
        name, problem, amount = "base" if words == shared else _base_name(words), "", None
        try:
            amount = asking.amount_asked(typed, name, asking.unit_asked(typed))
        except CalculationError as error:
            problem = sentence_of(error)
        if amount is not None:
            bases[words] = amount
        if words != shared:
            value = asking.first(typed, name)
            fields.append(BaseField(words=words, name=name, value=value, problem=problem))
    return fields, bases


def _question_on(standards: list[Standard], typed: Typed) -> Question | None:
    """Return the form of the table chosen, or of the first; the firm brings its own discount."""
    if not standards:
        return None
    wanted = asking.first(typed, "standard")
    standard = next((one for one in standards if one.id == wanted), standards[0])
    without = {name: texts for name, texts in typed.items() if name != "discount"}
    asks = _asks(without) and bool(asking.first(without, "base"))
    return question_of(standard, without, asks=asks)


@bp.get("/compare/<code>")
@public
def compare(code: str) -> Page:
    """What each listed firm's published fee gives for one project."""
    typed = typed_now()
    sort = Sort.asked(comparing.SORTS, first="amount")
    with request_work() as work:
        item = catalogue.item(code, work.today)
        found = offers.offers(work, item)
        standards = offers.standards_of(item, found, work.today)
        question = _question_on(standards, typed)
        fields, bases = _bases(found, question, typed)
        result = question.result if question else None
        rows = offers.compare(found, bases, result, sort=sort.key, descending=sort.descending)
        refused = bool(question and question.problem) or any(one.problem for one in fields)
        page = render_template(
            "tariffs/compare.html",
            item=item,
            q=question,
            standards=standards,
            fields=fields,
            rows=rows,
            sort=sort,
            unit=asking.first(typed, "unit") or "wan",
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
