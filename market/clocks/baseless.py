"""Cards of a clock whose rung was never reached, by the accounts as they are kept today."""

from market.clocks import ladder, late, queries
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork


def is_baseless(work: UnitOfWork, card: Card) -> bool:
    """Whether a card was dealt for a rung that its clock never came to, up to now.

    What somebody entered afterwards moved the days, such as a suspension that was granted late. A
    rung that is reached since then is not baseless: its card is not dealt twice. An extension in
    time makes no dealt card wrong (docs/adr/0059), and it changes only what a yellow one rests on:
    that one is baseless only if something was entered that lies before it. docs/adr/0120
    """
    if card.clock_id is None or card.trigger is not Trigger.TIME:
        return False
    clock = queries.by_id(work, card.clock_id)
    stretches = queries.stretches(work, clock)
    if card.stage is CardStage.YELLOW and card.id not in late.overtaken(stretches, [card]):
        return False
    segments = queries.segments_of(clock, [one.event for one in stretches])
    return not ladder.was_reached(clock, segments, card.stage, work.now)
