"""What is asked of a need before it goes on: today's catalogue, rules and features above."""

from market import regulations
from market.affiliations import tickets
from market.affiliations.errors import TicketsBidError
from market.affiliations.rules import TicketRule
from market.catalogue.queries import item as item_of
from market.db import UnitOfWork
from market.firms.queries_past_projects import check_required
from market.needs import hindrances
from market.needs.errors import DemonstrationSourceError
from market.needs.facts import NeedFacts
from market.needs.limits import DRAW_SUBJECT, SUBJECT
from market.needs.method_check import check_method
from market.needs.methods import METHODS_SUBJECT, Method, is_bid
from market.needs.model import Need
from market.needs.rules import DEMONSTRATION_MODE, check_facts
from market.tariffs.disclosed import project_of, require_column


def check(work: UnitOfWork, facts: NeedFacts) -> None:
    """Refuse what could not be published today.

    Raises:
        UnknownItemError: The catalogue has no such item today.
        NeedFactsError: The first rule that is broken, naming the field.
        DemonstrationSourceError: The source is for demonstrations, and this is none.
    """
    item = item_of(facts.item_code, work.today)
    rules = regulations.in_force(SUBJECT, work.today)
    threshold = regulations.in_force("procurement-threshold", work.today)
    draw_rules = regulations.in_force(DRAW_SUBJECT, work.today)
    check_facts(
        mode=facts.mode,
        ceiling_fen=facts.ceiling_fen,
        tender_from_fen=(
            threshold.integer("engineering_services.single_contract_from_fen")
            if item.tender_class
            else None
        ),
        service_working_days=facts.service_working_days,
        limit_working_days=item.time_limit_working_days,
        staff_required=facts.staff_required,
        least_staff=item.staff.count if item.staff else 0,
        alternates=facts.alternates,
        most_alternates=rules.integer("draw.maximum_alternates"),
        modes=draw_rules.texts("draw.modes"),
        fresh=facts.fresh_alternates,
        fresh_allowed=draw_rules.flag("draw.fresh_allowed"),
    )
    check_method(
        method=facts.method,
        allowed=regulations.in_force(METHODS_SUBJECT, work.today).texts("methods.allowed"),
        floor_fen=facts.floor_fen,
        ceiling_fen=facts.ceiling_fen,
        unit=facts.quote_unit,
        criteria=facts.criteria,
    )
    if facts.mode == DEMONSTRATION_MODE and not work.is_demonstration:
        raise DemonstrationSourceError
    project_of(facts.fee_bases, facts.fee_standard, work.today)
    require_column(facts.fee_standard, facts.item_code, work.today)
    check_required(facts.projects_required, work.today)
    rule = tickets.chosen(facts.tickets, work.today)
    if rule is TicketRule.EXCLUDE and is_bid(Method(facts.method)):
        raise TicketsBidError


def check_announcing(work: UnitOfWork, need: Need) -> None:
    """Refuse what features above know cannot be announced.

    Raises:
        MarketError: The reason, in their words.
    """
    asked = (
        hindrances.of_again(work, need),
        hindrances.of_source(work, need.mode),
        hindrances.of_method(work, need),
    )
    for found in asked:
        if found is not None:
            raise found
