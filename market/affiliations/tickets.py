"""Which rule of tickets an owner may choose for a notice, by the regulation in force."""

from datetime import date

from market import regulations
from market.affiliations.errors import TicketChoiceError, UnknownTicketRuleError
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import TicketRule, ticket_rule
from market.regulations import Regulation

RULE = "tickets.rule"
ALLOWED = "tickets.allowed"


def usual(rules: Regulation) -> TicketRule:
    """Return the rule that holds where an owner chooses none.

    Raises:
        UnknownTicketRuleError: The regulation names a rule that this program does not know.
    """
    said = rules.text(RULE)
    found = ticket_rule(said)
    if found is None:
        raise UnknownTicketRuleError(rules.title, said)
    return found


def allowed(rules: Regulation) -> tuple[TicketRule, ...]:
    """Return the rules an owner may choose from; only the usual one where nothing is said.

    Raises:
        UnknownTicketRuleError: One of them is unknown, or the usual one is not among them.
    """
    first = usual(rules)
    if ALLOWED not in rules:
        return (first,)
    found = [ticket_rule(said) for said in rules.texts(ALLOWED)]
    if first not in found or None in found:
        raise UnknownTicketRuleError(rules.title, "、".join(rules.texts(ALLOWED)))
    return tuple(rule for rule in TicketRule if rule in found)


def chosen(said: str, day: date) -> TicketRule:
    """Return the rule of a need: what its owner chose, or the usual one.

    Raises:
        TicketChoiceError: The rules of the day do not allow it.
        UnknownTicketRuleError: The regulation cannot be read.
    """
    rules = regulations.in_force(SUBJECT, day)
    if not said:
        return usual(rules)
    found = ticket_rule(said)
    if found is None or found not in allowed(rules):
        raise TicketChoiceError
    return found
