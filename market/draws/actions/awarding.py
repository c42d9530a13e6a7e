"""Publishing that a place is called, and that none is left: below the answers of firms."""

from market import regulations
from market.db import UnitOfWork
from market.draws import methods, queries
from market.draws.actions.pricing import keep_price
from market.draws.diagnosis import exhausted
from market.draws.journal import AwardMoved, ChosenAwardMoved
from market.draws.letters import keep_letter
from market.draws.messages import tell_sides
from market.draws.model import Award, Draw
from market.draws.rules import AwardState, VoidReason
from market.firms.model import Firm
from market.needs import actions as needs
from market.needs.model import Need
from market.numbers import next_number
from market.regulations import Regulation


def publish_award(work: UnitOfWork, draw: Draw, need: Need, *, rank: int, firm: Firm) -> Award:
    """Publish that a place of the order is called; its publicity begins."""
    award = Award(
        draw_id=draw.id,
        need_id=need.id,
        firm_id=firm.id,
        rank=rank,
        number=next_number(work, "ZX"),
        price_fen=methods.price_fen(work, draw, need, firm),
        state=AwardState.PUBLICITY,
        published_at=work.now,
    )
    begin_publicity(work, award, need)
    work.session.add(award)
    work.session.flush()
    keep_price(work, award, draw, need, firm)
    say(work, award)
    return award


def begin_publicity(work: UnitOfWork, award: Award, need: Need) -> None:
    """Set when the publicity of an award that is published now ends."""
    rules = rules_of(need)
    small = need.ceiling_fen <= rules.integer("amounts.small_up_to_fen")
    days = "award.publicity_small_working_days" if small else "award.publicity_working_days"
    award.publicity_ends_at = award.count_term(work.today, rules.integer(days))
    award.next_check_at = award.publicity_ends_at


def exhaust(work: UnitOfWork, draw: Draw, need: Need, words: str = "") -> None:
    """Let a need fail because no firm is left for its place; the result itself stays."""
    called = len(queries.awards_of(work, draw))
    needs.fail(work, need, VoidReason.EXHAUSTED, words or exhausted(called))


def rules_of(need: Need) -> Regulation:
    """Return the rules the notice was published under; a later instrument never reaches back."""
    return regulations.current().by_id(need.regulation_id or "")


def say(work: UnitOfWork, award: Award, *, was_held: bool = False) -> None:
    """Tell the public log where an award stands, and its sides; the letter follows it."""
    need = work.session.get_one(Need, award.need_id)
    tell_sides(work, award, need, was_held=was_held)
    keep_letter(work, award, need)
    if award.draw_id is None:
        work.record(
            ChosenAwardMoved(
                award=award.number,
                need=need.number,
                direct=award.direct_number or "",
                firm=queries.firm_of(work, award.firm_id).code,
                state=award.state,
            )
        )
        return
    draw = work.session.get_one(Draw, award.draw_id)
    work.record(
        AwardMoved(
            award=award.number,
            need=need.number,
            draw=draw.draw_hash,
            firm=queries.firm_of(work, award.firm_id).code,
            rank=award.rank,
            state=award.state,
        )
    )
