"""How the city's notices are written, joined out of small ones, and asked about."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from market.catalogue.queries import item
from market.clock import beijing_day
from market.demo.acting import Acting
from market.demo.cast import JOBS, person
from market.demo.judges import CRITERIA
from market.demo.naming import SMALL, SMALL_AREA
from market.demo.people import Office
from market.demo.plots import Plot
from market.demo.registrations import AREA, FEN, INVESTED, TABLES
from market.demo.timeline import Story, later
from market.needs import actions as needs
from market.needs.bundling.actions import bundle
from market.needs.methods import is_priced, is_scored
from market.needs.queries import by_id
from market.needs.questions import actions as questions
from market.needs.questions.queries import waiting_of_owner

PLACES: Final = ("城东片区", "城南片区", "江北片区")


def draft(act: Acting, number: int, plot: Plot, owner: Office) -> int:
    """Write down the need of a plot, joined out of several where it says so; return its id."""
    clerk, facts = owner.people[0], _facts(act, number, plot, owner)
    with act.work(clerk) as work:
        if plot.parts == 1:
            return needs.draft(work, facts).id
        small = [
            needs.draft(
                work,
                replace(
                    facts,
                    title=f"{place}{facts.title}",
                    project_code=f"{facts.project_code[:-1]}{at}",
                    project_name=f"{place}配套工程",
                    ceiling_fen=facts.ceiling_fen // plot.parts // FEN * FEN,
                    fee_bases=_bases(INVESTED // plot.parts, AREA // plot.parts),
                ),
            ).id
            for at, place in enumerate(PLACES[: plot.parts])
        ]
        return bundle(work, small, f"{facts.title}（三个片区打包）").id


def _facts(act: Acting, number: int, plot: Plot, owner: Office) -> needs.NeedFacts:
    title, content, scale, yuan, days = JOBS[plot.item]
    asked = item(plot.item, beijing_day(act.now())).staff
    small = plot.stage in {"direct", "named"}
    ceiling = SMALL if small else yuan + number * 100
    area = SMALL_AREA if small else AREA
    return needs.NeedFacts(
        item_code=plot.item,
        title=title.format(owner=owner.name.removeprefix("青川市")),
        content=content,
        scale=f"建筑面积 {area} 平方米" if small else scale,
        project_code=f"2605-510822-04-01-{100000 + number * 37}",
        project_name=f"{owner.name}2026年度第{number + 1}批项目",
        funding_source="财政资金100%",
        ceiling_fen=ceiling * FEN,
        service_working_days=days,
        staff_required=asked.count if asked else 1,
        contact_name=person(number + 5),
        contact_phone=f"0839-720{number:04d}",
        mode=plot.mode,
        alternates=2,
        fresh_alternates=plot.fresh,
        method=plot.method,
        quote_unit=plot.unit,
        floor_fen=yuan * FEN // 2 if is_priced(plot.method) else None,
        criteria=CRITERIA if is_scored(plot.method) else "",
        fee_bases=_bases(INVESTED, area),
        fee_standard=_by_table(plot.item),
    )


def _bases(yuan: int, area: int) -> str:
    return f"项目总投资：{yuan // 10_000} 万元\n建筑面积：{area} 平方米"


def _by_table(item_code: str) -> str:
    """Return the calculation by the table off which the city's firms grant discounts."""
    if item_code not in TABLES:
        return ""
    table, column = TABLES[item_code]
    return f"{table}?base={INVESTED // 10_000}&variant={column}"


def ask_and_answer(act: Acting, owner: Office, need_id: int, asker: int) -> Story:
    """Let a firm ask about a notice, and the owner answer to all."""
    yield act.now() + timedelta(hours=2)
    with act.reading() as work:
        number = by_id(work, need_id).number
    act.do(
        act.firm(asker),
        lambda work: questions.ask(
            work, number, "工程量清单是否包含室外管网？施工图是否已经审查合格？"
        ),
    )
    yield later(act.now(), 1, 9, 5)
    with act.work(owner.people[0]) as work:
        (asked,) = waiting_of_owner(work)
        questions.answer(
            work,
            need_id,
            asked.question.id,
            "包含室外管网。施工图已于公告前审查合格，中选后一次移交。",
        )
