"""How a small job went to a firm that its owner named: by the real actions, without a draw."""

from datetime import timedelta
from typing import Final

from market.db import unit_of_work
from market.demo.people import Office
from market.demo.registrations import FEN
from market.demo.timeline import Story, later
from market.direct import actions
from market.direct.queries import locked
from market.direct.rules import DirectGround
from market.firms.queries import offering
from market.installation import Installation
from market.needs.queries import by_id

SMALL: Final = 9_600
"""The ceiling in yuan of what may be given without a draw."""


def name_directly(here: Installation, owner: Office, need_id: int) -> Story:
    """Let an owner name a firm for a small job, and a second person of it approve that."""
    yield here.clock() + timedelta(minutes=25)
    with unit_of_work(here.sessions, owner.people[0], here.clock) as work:
        need = by_id(work, need_id)
        facts = actions.ChoiceFacts(
            firm_code=offering(work, need.item_code)[0].code,
            ground=DirectGround.SMALL_AMOUNT,
            price_fen=SMALL * FEN,
            reason="金额很小，该机构上月完成同一项目的前一阶段，熟悉现场，可当周完成。",
        )
        choice_id = actions.propose(work, need, facts).id
    yield later(here.clock(), 1, 10)
    with unit_of_work(here.sessions, owner.people[1], here.clock) as work:
        actions.approve(work, locked(work, choice_id))
