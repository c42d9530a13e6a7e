"""Which rows are compared with which entries: one comparison for each kind that tells of a row."""

from functools import cache

from sqlalchemy import String, and_, case, cast, exists

from market.accounts.model import Organisation, PasswordHandover
from market.clocks.model import Card
from market.contracts.model import Contract, Deliverable, Review
from market.credit.cases.model import Case
from market.credit.model import Breach
from market.credit.repair.model import CreditRepair
from market.credit.withdrawals.model import CaseReview
from market.draws.model import Award, Draw
from market.draws.model_prices import AwardPrice
from market.firms.fee_history import COMPARED
from market.firms.model import Firm, FirmFee, FirmService
from market.needs.model import Need, NeedFailure, Notice
from market.rulebook import RegulationUse
from market.selfaudit.checks_branches import branch_checks
from market.selfaudit.checks_catalogue import catalogue_checks
from market.selfaudit.checks_direct import direct_checks
from market.selfaudit.checks_experts import expert_checks
from market.selfaudit.checks_firms import firm_checks
from market.selfaudit.checks_handed_in import handed_in_checks
from market.selfaudit.checks_money import money_checks
from market.selfaudit.checks_needs import need_checks
from market.selfaudit.checks_panels import panel_checks
from market.selfaudit.checks_ratings import rating_checks
from market.selfaudit.checks_rereview import rereview_checks
from market.selfaudit.checks_scoring import scoring_checks
from market.selfaudit.checks_service import service_checks
from market.selfaudit.told import Told, table_of, told
from market.supervision.model import CardWithdrawal, Interview


@cache
def told_checks() -> tuple[Told, ...]:
    """Return every comparison of rows with the entries that tell of them."""
    return (
        *_organisations_and_rules(),
        *_firms(),
        *_services_and_fees(),
        *_needs(),
        *_notices(),
        _awards(),
        *_prices(),
        *_contracts(),
        *_deliverables(),
        *_cards(),
        *_credit(),
        *handed_in_checks(),
        *firm_checks(),
        *need_checks(),
        *direct_checks(),
        *branch_checks(),
        *money_checks(),
        *service_checks(),
        *catalogue_checks(),
        *expert_checks(),
        *panel_checks(),
        *rereview_checks(),
        *scoring_checks(),
        *rating_checks(),
    )


def _organisations_and_rules() -> tuple[Told, ...]:
    organisation, rule = table_of(Organisation).c, table_of(RegulationUse).c
    handover = table_of(PasswordHandover).c
    return (
        told(
            "user.handover.v1",
            table_of(PasswordHandover),
            {"handover": handover.id},
            {"account": handover.user_id, "purpose": handover.purpose, "state": handover.state},
        ),
        told(
            "organisation.registered.v1",
            table_of(Organisation),
            {"code": organisation.code},
            {"organisation_kind": organisation.kind},
        ),
        told(
            "regulation.first-used.v1",
            table_of(RegulationUse),
            {"regulation": rule.regulation_id},
            {"digest": rule.digest},
        ),
    )


def _firms() -> tuple[Told, ...]:
    firm = table_of(Firm).c
    return (
        told(
            "firm.moved.v1",
            table_of(Firm),
            {"firm": firm.code},
            {"state": firm.state},
            untold="draft",
        ),
        told(
            "firm.standing-moved.v1",
            table_of(Firm),
            {"firm": firm.code},
            {"standing": firm.standing, "until": firm.standing_until_at},
            untold="active",
        ),
    )


def _services_and_fees() -> tuple[Told, ...]:
    firm, service, fee = table_of(Firm), table_of(FirmService), table_of(FirmFee)
    same = (*COMPARED, "valid_from_on", "promise_version", "promise_sha256")
    return (
        told(
            "firm.service-moved.v1",
            service,
            {"firm": firm.c.code, "item": service.c.item_code},
            {"state": service.c.state, "promised_working_days": service.c.promised_working_days},
            rows=service.join(firm, firm.c.id == service.c.firm_id),
        ),
        told(
            "firm.fee-published.v2",
            fee,
            {"firm": firm.c.code, "item": fee.c.item_code, "version": fee.c.version_no},
            {"fee_kind": fee.c.kind} | {name: fee.c[name] for name in same if name != "kind"},
            rows=fee.join(firm, firm.c.id == fee.c.firm_id),
        ),
    )


def _needs() -> tuple[Told, ...]:
    need, failure = table_of(Need), table_of(NeedFailure)
    return (
        told(
            "need.moved.v1",
            need,
            {"need": need.c.number},
            {"state": need.c.state},
            untold="draft",
        ),
        told(
            "need.failed.v1",
            failure,
            {"need": need.c.number, "attempt": failure.c.attempt},
            {"reason": failure.c.reason},
            rows=failure.join(need, need.c.id == failure.c.need_id),
        ),
    )


def _notices() -> tuple[Told, ...]:
    need, notice = table_of(Need), table_of(Notice)
    columns = {
        "document_digest": notice.c.digest,
        "need": need.c.number,
        "attempt": notice.c.attempt,
    }
    rows = notice.join(need, need.c.id == notice.c.need_id)
    key = {"notice": notice.c.number}
    return (told("notice.published.v1", notice, key, columns, rows=rows),)


def _awards() -> Told:
    award, draw, firm, need = table_of(Award), table_of(Draw), table_of(Firm), table_of(Need)
    columns = {
        "state": award.c.state,
        "rank": award.c.rank,
        "firm": firm.c.code,
        "draw": draw.c.draw_hash,
        "need": need.c.number,
    }
    rows = (
        award.join(draw, draw.c.id == award.c.draw_id)
        .join(firm, firm.c.id == award.c.firm_id)
        .join(need, need.c.id == award.c.need_id)
    )
    return told("award.moved.v1", award, {"award": award.c.number}, columns, rows=rows)


def _prices() -> tuple[Told, ...]:
    """Why an award has its price, and that it still has it."""
    award, price = table_of(Award), table_of(AwardPrice)
    rows = price.join(award, award.c.id == price.c.award_id)
    said = ("price_fen", "limit_fen", "disclosed_fen", "hindrance")
    key, kind = {"award": award.c.number}, "award.priced.v1"
    return (
        told(kind, price, key, {name: price.c[name] for name in said}, rows=rows),
        told(kind, award, key, {"price_fen": award.c.price_fen}, rows=rows),
    )


def _contracts() -> tuple[Told, ...]:
    contract = table_of(Contract)
    key = {"contract": contract.c.number}
    filed = ("price_fen", "signed_on", "service_working_days")
    return (
        told("contract.filed.v1", contract, key, {name: contract.c[name] for name in filed}),
        told("contract.moved.v1", contract, key, {"state": contract.c.state}, untold="filed"),
    )


def _deliverables() -> tuple[Told, ...]:
    contract, deliverable, review = table_of(Contract), table_of(Deliverable), table_of(Review)
    key = {"contract": contract.c.number, "round": deliverable.c.round_no}
    of_contract = contract.c.id == deliverable.c.contract_id
    of_deliverable = deliverable.c.id == review.c.deliverable_id
    later = review.alias("later")
    is_last = ~exists().where(
        later.c.deliverable_id == review.c.deliverable_id, later.c.id > review.c.id
    )
    said = ("accepted", "by_silence", "reason")
    return (
        told(
            "deliverable.submitted.v1",
            deliverable,
            key,
            {"file_digest": deliverable.c.digest},
            rows=deliverable.join(contract, of_contract),
        ),
        told(
            "deliverable.reviewed.v1",
            review,
            key,
            {name: review.c[name] for name in said},
            # A round whose return was overturned is reviewed again: the entry tells of the last.
            rows=review.join(deliverable, of_deliverable & is_last).join(contract, of_contract),
        ),
    )


def _cards() -> tuple[Told, ...]:
    card, holder = table_of(Card), table_of(Organisation)
    by_hand = card.c.issued_by_id.is_not(None)
    columns = {
        "trigger": card.c.trigger,
        "about": case((by_hand, None), else_=card.c.subject_number),
        "stage": card.c.stage,
        "organisation": case((by_hand, None), else_=holder.c.code),
        "reached_at": card.c.reached_at,
    }
    rows = card.join(holder, holder.c.id == card.c.org_id)
    key = {"card": card.c.number}
    withdrawal, interview = table_of(CardWithdrawal), table_of(Interview)
    met = ("meet_at", "state")
    return (
        told("card.issued.v3", card, key, columns, rows=rows),
        told(
            "card.named.v1",
            card,
            key,
            {"about": card.c.subject_number, "organisation": holder.c.code},
            rows=card.join(
                holder, and_(holder.c.id == card.c.org_id, by_hand, card.c.is_named.is_(True))
            ),
        ),
        told("card.moved.v1", card, key, {"state": card.c.state}, untold="issued"),
        told(
            "card.withdrawal-moved.v1",
            withdrawal,
            key | {"sequence": withdrawal.c.sequence},
            {"state": withdrawal.c.state},
            rows=withdrawal.join(card, card.c.id == withdrawal.c.card_id),
        ),
        told(
            "interview.moved.v1",
            interview,
            key | {"sequence": interview.c.sequence},
            {name: interview.c[name] for name in met},
            rows=interview.join(card, card.c.id == interview.c.card_id),
        ),
    )


def _credit() -> tuple[Told, ...]:
    case, breach, firm = table_of(Case), table_of(Breach), table_of(Firm)
    moved = ("state", "measure", "months", "scope", "effective_at", "ends_at")
    source = breach.c.source + ":" + cast(breach.c.source_id, String)
    entered = {
        "firm": firm.c.code,
        "points": breach.c.points,
        "occurred_at": breach.c.occurred_at,
        "regulation": breach.c.regulation_id,
        "clause": breach.c.clause,
    }
    review, repair = table_of(CaseReview), table_of(CreditRepair)
    answered = {"state": review.c.state, "what": review.c.kind}
    applied = {"state": repair.c.state, "decide_by": repair.c.decide_by_at}
    return (
        told("case-review.moved.v1", review, {"review": review.c.id}, answered),
        told("credit-repair.moved.v1", repair, {"repair": repair.c.number}, applied),
        told("case.moved.v1", case, {"case": case.c.number}, {n: case.c[n] for n in moved}),
        told(
            "breach.entered.v1",
            breach,
            {"breach": breach.c.kind, "source": source},
            entered,
            rows=breach.join(firm, firm.c.id == breach.c.firm_id),
        ),
    )
