"""What passes between the two sides while a service is under way: a report, a few words."""

from datetime import timedelta
from typing import Final

from market.contracts.model import Contract
from market.contracts.reports import actions as reports
from market.contracts.reports.queries import milestones
from market.contracts.reports.rules import Planned
from market.contracts.thread import actions as thread
from market.db import Actor, UnitOfWork
from market.demo.acting import Acting
from market.demo.people import Office
from market.demo.timeline import Story

# Shorter services are delivered before anybody would report on them.
LEAST_DAYS: Final = 6
PLAN: Final = (Planned(name="踏勘和资料收集", after_working_days=3),)


def planned(service_working_days: int) -> tuple[Planned, ...]:
    """Return the milestones that a contract of so many working days names."""
    return PLAN if service_working_days >= LEAST_DAYS else ()


def report_and_answer(act: Acting, owner: Office, firm: Actor, contract_id: int) -> Story:
    """Let the firm report at its milestone on the first day, and the owner write back."""
    with act.reading() as work:
        contract = work.session.get_one(Contract, contract_id)
        keys = [one.id for one in milestones(work, contract)]
    if not keys:
        return
    yield act.now() + timedelta(hours=1)
    facts = reports.ReportFacts(
        percent=20,
        done="本阶段完成的工作：已到现场踏勘，收到立项批复等资料。\n下一阶段的安排：编制初稿。",
        obstacles="地下管线图尚未收到。",
    )
    act.do(firm, lambda work: reports.report(work, _get(work, contract_id), keys[0], facts))
    words = "地下管线图已向城建档案馆申请，收到后即转交。"
    clerk = owner.people[0]
    act.do(clerk, lambda work: thread.send(work, _get(work, contract_id), words))


def _get(work: UnitOfWork, contract_id: int) -> Contract:
    return work.session.get_one(Contract, contract_id)
