"""How a contract in force came to its end before the work was done: asked for, agreed, settled."""

from datetime import timedelta
from typing import Final

from market.contracts.ending import actions, queries
from market.contracts.model import Contract
from market.db import Actor
from market.demo.acting import Acting
from market.demo.money import settle
from market.demo.people import Office
from market.demo.timeline import Story, later

DONE_PERCENT: Final = 40


def end_early(act: Acting, owner: Office, firm: Actor, contract_id: int) -> Story:
    """Let an owner ask to end a contract and the firm agree; what was done is settled and paid."""
    yield later(act.now(), 2, 10, 20)
    with act.work(owner.people[0]) as work:
        contract = work.session.get_one(Contract, contract_id)
        number = actions.ask(
            work,
            contract,
            settled_fen=contract.price_fen * DONE_PERCENT // 10_000 * 100,
            text="上级调整了建设规模，二期不再实施，原服务的后半部分已无必要；双方已清点完成的工作。",
        ).number
    yield later(act.now(), 1, 15, 10) + timedelta(minutes=5)
    with act.work(firm) as work:
        row, contract = queries.by_number(work, number)
        actions.answer(work, row, contract, agree=True, text="同意，已完成部分的资料随函移交。")
    yield from settle(act, owner, firm, contract_id, pays=True)
