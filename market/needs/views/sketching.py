"""Forms of needs kept unfinished: by a button, by the page's script, and found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from market.access import Permission, requires
from market.catalogue import queries as catalogue
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.errors import msgid
from market.needs import queries
from market.needs.actions import EDITABLE
from market.needs.forms import DeedForm, NeedForm
from market.needs.model import Need
from market.needs.rules import NeedState
from market.needs.sketches import actions as sketches
from market.needs.sketches.model import NeedSketch
from market.needs.views.blueprint import bp
from market.web.deeds import Page, done, sent_version
from market.web.work import request_work


@dataclass(frozen=True, slots=True)
class SketchRow:
    """An unfinished form as a list shows it; ``note`` is a msgid, where its need has moved on."""

    id: int
    title: str
    item: str
    saved_at: datetime
    url: str
    note: str = ""


def sketch_asked() -> int | None:
    """Return which unfinished form the page is about, in its address or in the form."""
    sent = request.form.get("sketch", type=int)
    return request.args.get("sketch", type=int) if sent is None else sent


def sketch_version(sketch: object, need: Need | None) -> int | None:
    """Return the version of the need that the reader of a form has seen."""
    if isinstance(sketch, NeedSketch):
        return sketch.need_version
    return need.version if need else None


def wants_keeping() -> bool:
    """Whether the reader only wants the form kept as it is."""
    return request.form.get("move") == "keep"


def keep_url(item: Item, need: Need | None) -> str:
    """Return where the script of a form keeps what was typed."""
    return url_for("needs.keep", item=item.code, need=need.id if need else None)


def sketch_rows(work: UnitOfWork) -> list[SketchRow]:
    """Return the unfinished forms of the reader for a list."""
    names = {each.code: each.name_zh for each in catalogue.all_items(work.today)}
    return [_row(work, sketch, names) for sketch in sketches.own_list(work)]


def _row(work: UnitOfWork, sketch: NeedSketch, names: Mapping[str, str]) -> SketchRow:
    need = None if sketch.need_id is None else queries.own(work, sketch.need_id)
    return SketchRow(
        id=sketch.id,
        title=sketches.title_of(sketch) or gettext("（未填名称）"),
        item=names.get(sketch.item_code, sketch.item_code),
        saved_at=sketch.saved_at,
        url=_url_of(sketch, need),
        note=_NOTES.get(need.state, _MOVED_ON) if need else "",
    )


_MOVED_ON: Final = msgid("该需求已经往下办理，不能再修改；这份表单可以留待退回后使用，或者删除。")
_WITHDRAWN: Final = msgid("该需求已撤回：可用这份表单另建一条，修改后重新提交，或者删除作废。")
_ENDED: Final = msgid("该需求已经办结：可用这份表单另建一条，或者删除。")
# A form of a need that is still being written needs no note.
_NOTES: Final[Mapping[NeedState, str]] = MappingProxyType(
    dict.fromkeys(EDITABLE, "")
    | dict.fromkeys(sorted(sketches.ENDED), _ENDED)
    | {NeedState.WITHDRAWN: _WITHDRAWN}
)


def _url_of(sketch: NeedSketch, need: Need | None) -> str:
    """Return where a form is gone on with: never a page that could only refuse it."""
    if need is None or need.state in sketches.ENDED:
        return url_for("needs.new", item=sketch.item_code, sketch=sketch.id)
    if need.state not in EDITABLE:
        return url_for("needs.show_own", need_id=need.id)
    endpoint = "needs.renotice" if need.state is NeedState.FAILED else "needs.edit"
    return url_for(endpoint, need_id=need.id, item=sketch.item_code)


def keep_and_return(form: NeedForm, item: Item, need: Need | None) -> Page:
    """Keep a form as it is, whatever is wrong with it, and show the list it is found in."""
    with request_work() as work:
        _keep(work, form, item, need)
    flash(gettext("已暂存，尚未提交。可以随时在“未填完的需求”中继续填写。"), "success")
    return redirect(url_for("needs.mine"), code=303)


def _keep(work: UnitOfWork, form: NeedForm, item: Item, need: Need | None) -> NeedSketch:
    return sketches.keep(
        work,
        item_code=item.code,
        typed=form.typed(),
        sketch_id=sketch_asked(),
        need=need,
        need_version=sent_version(),
    )


@bp.post("/unfinished")
@requires(Permission.NEED_POST)
def keep() -> Response:
    """Keep what is typed so far, for the page's script; the answer says as which sketch."""
    form = NeedForm()
    need_id = request.args.get("need", type=int)
    with request_work() as work:
        item = catalogue.item(request.args.get("item", ""), work.today)
        need = queries.own(work, need_id) if need_id is not None else None
        sketch = _keep(work, form, item, need)
        return jsonify({"sketch": sketch.id, "saved_at": work.now.isoformat()})


@bp.post("/unfinished/drop")
@requires(Permission.NEED_POST)
def drop() -> BaseResponse:
    """Throw an unfinished form away."""
    form = DeedForm()
    done(form, lambda work: sketches.drop(work, sketch_asked() or 0))
    flash(gettext("已删除暂存的表单。"), "success")
    return redirect(url_for("needs.mine"), code=303)
