"""The pages of a firm: enrolling, the receipt, its enrolments, and answering an award."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from lottery.entries import Withdraw, decode
from market import log, witnessing
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import actions, failing, lists, methods, protocol, queries, taking_part
from market.draws.actions import contributions
from market.draws.eligibility import ASKS, Failure, Rule, rules_of
from market.draws.forms import DeclineForm, EnrolForm, FirmCommitForm, RevealForm
from market.draws.model import Draw, DrawEntry, Enrolment
from market.draws.price_shown import price_shown
from market.draws.queries import recent
from market.draws.queries.freezes import freeze_of
from market.draws.rules import AlternatesKind, EnrolmentState
from market.draws.views.blueprint import bp, draw_by
from market.errors import MissingError
from market.firms.model import Firm
from market.firms.queries import of_org_or_none
from market.firms.restrictions.queries import measured
from market.needs.methods import RECORDS, HandedIn
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.rules import NeedState
from market.web.deeds import Page, done, reading
from market.web.downloads import attachment
from market.web.forms import MarketForm
from market.web.links import link_to
from market.web.lists import Pages
from market.web.work import installation

# What a firm may object to before the freeze.
TO_PUBLISH = frozenset({Rule.FEE, Rule.COMPUTABLE})
OBJECTABLE = frozenset({Rule.INTEREST, Rule.TICKET})
RuleRow = tuple[Rule, str, list[Failure]]


@bp.get("/<number>/enrol")
@requires(Permission.DRAW_ENROL)
def enrol_form(number: str) -> Page:
    """Show each rule with its verdict before the firm presses the button."""
    return _enrol_page(number, EnrolForm(formdata=None), 200)


@bp.post("/<number>/enrol")
@requires(Permission.DRAW_ENROL)
def enrol(number: str) -> Page:
    """Enrol, and go to the receipt once the entry is in the log."""
    form = EnrolForm()
    refused = done(form, lambda work: actions.enrol(work, draw_by(work, number)))
    if refused is not None:
        return _enrol_page(number, form, refused)
    log.sequence(installation())
    flash(gettext("报名成功，已写入公开日志。请下载并保存回执。"), "success")
    return redirect(_quote_url(number) or url_for("draws.receipt", number=number), code=303)


# Where a firm hands in what its method asks for.
OWN_PAGES: Final[Mapping[HandedIn, str]] = MappingProxyType(
    {
        HandedIn.NOTHING: "",
        HandedIn.QUOTE: "quotes.own",
        HandedIn.BID: "bidding.room",
        HandedIn.PROPOSAL: "scoring.own",
    }
)


def _quote_url(number: str) -> str | None:
    """Return where a firm quotes, bids or hands in a proposal, where the method asks for it."""
    with reading() as work:
        method = methods.terms_of(work, draw_by(work, number)).method
    page = OWN_PAGES[RECORDS[method].hands_in]
    return link_to(page, number) if page else None


def _enrol_page(number: str, form: EnrolForm, status: int) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        need = need_by_id(work, draw.need_id)
        firm = of_org_or_none(work, work.org_id)
        enrolment = queries.enrolment_of(work, draw, firm) if firm else None
        rows = _verdicts(work, need, firm, draw) if firm else []
        page = render_template(
            "draws/enrol.html",
            draw=draw,
            number=number,
            need=need,
            firm=firm,
            enrolment=enrolment,
            rules=rows,
            passes=bool(rows) and not any(failed for _, _, failed in rows),
            asked_from=queries.affiliated.asked_from(work, firm, draw) if firm else "",
            elsewhere=measured(work, firm, need.item_code) if firm else [],
            may_declare=any(failed for rule, _, failed in rows if rule is Rule.DECLARATION),
            may_publish=any(failed for rule, _, failed in rows if rule in TO_PUBLISH),
            may_object=any(failed for rule, _, failed in rows if rule in OBJECTABLE),
            mates=queries.affiliated.warned(work, firm, draw) if firm else (),
            is_open=work.now < draw.enrol_close_at and draw.closed_at is None,
            terms=methods.terms_of(work, draw),
            published=methods.published_fee(work, draw, firm) if firm else None,
            form=form,
        )
    return page, status


def _verdicts(work: UnitOfWork, need: Need, firm: Firm, draw: Draw) -> list[RuleRow]:
    found = queries.failures_of(work, need, firm, draw)
    rules = rules_of(recent=recent.rule_of(work, draw) is not None)
    return [(rule, ASKS[rule], [f for f in found if f.rule is rule]) for rule in rules]


@bp.post("/<number>/withdraw")
@requires(Permission.DRAW_ENROL)
def withdraw(number: str) -> Page:
    """Take the enrolment back, before the close."""
    form = EnrolForm()
    log.sequence(installation())  # The enrolment needs its index before it can be taken back.
    refused = done(form, lambda work: actions.withdraw(work, draw_by(work, number)))
    if refused is not None:
        return _receipt_page(number, form, refused)
    log.sequence(installation())
    flash(gettext("已撤回报名。"), "success")
    return redirect(url_for("draws.receipt", number=number), code=303)


@bp.get("/<number>/receipt")
@requires(Permission.DRAW_ENROL)
def receipt(number: str) -> Page:
    """Show the firm's own enrolment, its receipt and its salt."""
    return _receipt_page(number, EnrolForm(formdata=None), 200)


def _receipt_page(
    number: str,
    form: MarketForm,
    status: int,
    *,
    commit_form: FirmCommitForm | None = None,
    reveal_form: RevealForm | None = None,
) -> Page:
    with reading() as work:
        draw, enrolment, entry = _own(work, number)
        who = protocol.enrolment_who(enrolment.sequence)
        parts = taking_part.contributions(work, draw) if draw.firm_commits else []
        page = render_template(
            "draws/receipt.html",
            draw=draw,
            number=number,
            need=need_by_id(work, draw.need_id),
            enrolment=enrolment,
            index=log.index_of(work, enrolment.submission_id),
            withdrawal=_withdrawal(work, draw, enrolment),
            entry=entry.body.decode(),
            may_withdraw=enrolment.state is EnrolmentState.ENROLLED
            and draw.closed_at is None
            and work.now < draw.enrol_close_at,
            failed=ASKS[Rule(enrolment.reason_code)] if enrolment.reason_code else "",
            failing=failing.to_mend(work, draw, enrolment),
            may_edit=Permission.FIRM_EDIT in work.actor.permissions,
            own=next((one for one in parts if one.who == who), None),
            quote_url=_quote_url(number),
            terms=methods.terms_of(work, draw),
            form=form,
            commit_form=commit_form or FirmCommitForm(formdata=None),
            reveal_form=reveal_form or RevealForm(formdata=None),
        )
    return page, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """When an enrolment was taken back, and where the log says so, if it has its place yet."""

    at: datetime
    index: int | None


def _withdrawal(work: UnitOfWork, draw: Draw, enrolment: Enrolment) -> Withdrawal | None:
    if enrolment.state is not EnrolmentState.WITHDRAWN:
        return None
    of = log.index_of(work, enrolment.submission_id)
    for row in queries.entries_of(work, draw, Withdraw.kind):
        entry = decode(row.body)
        if isinstance(entry, Withdraw) and entry.enrol == of:
            at = datetime.fromtimestamp(entry.at, UTC)
            return Withdrawal(at=at, index=log.index_of(work, row.submission_id))
    return None


def _own(work: UnitOfWork, number: str) -> tuple[Draw, Enrolment, DrawEntry]:
    draw = draw_by(work, number)
    firm = of_org_or_none(work, work.org_id)
    enrolment = queries.enrolment_of(work, draw, firm) if firm else None
    if enrolment is None:
        raise MissingError
    return draw, enrolment, queries.entry_by_submission(work, enrolment.submission_id)


@bp.post("/<number>/receipt/commit")
@requires(Permission.DRAW_ENROL)
def firm_commit(number: str) -> Page:
    """Take a firm's commitment to a value of its own; nobody has to make one."""
    form = FirmCommitForm()
    refused = done(form, lambda work: _firm_commit(work, number, form))
    words = gettext("已封存，承诺值已写入公开日志。名单冻结后请回到本页揭示。")
    return _contributed(number, refused, words, commit_form=form)


def _firm_commit(work: UnitOfWork, number: str, form: FirmCommitForm) -> None:
    _, enrolment, _ = _own(work, number)
    contributions.commit_as_firm(work, enrolment, bytes.fromhex(form.commit.data or ""))


@bp.post("/<number>/receipt/reveal")
@requires(Permission.DRAW_ENROL)
def firm_reveal(number: str) -> Page:
    """Take the value that a firm's commitment hid."""
    form = RevealForm()
    refused = done(form, lambda work: _firm_reveal(work, number, form))
    words = gettext("已揭示，写入公开日志，将计入种子。")
    return _contributed(number, refused, words, reveal_form=form)


def _firm_reveal(work: UnitOfWork, number: str, form: RevealForm) -> None:
    _, enrolment, _ = _own(work, number)
    contributions.reveal_as_firm(work, enrolment, bytes.fromhex(form.value.data or ""))


def _contributed(
    number: str,
    refused: int | None,
    words: str,
    *,
    commit_form: FirmCommitForm | None = None,
    reveal_form: RevealForm | None = None,
) -> Page:
    """Return to the receipt after a value of the firm's own, or say why it was not taken."""
    if refused is not None:
        nothing = EnrolForm(formdata=None)
        return _receipt_page(
            number, nothing, refused, commit_form=commit_form, reveal_form=reveal_form
        )
    log.sequence(installation())
    flash(words, "success")
    return redirect(url_for("draws.receipt", number=number), code=303)


@bp.get("/<number>/receipt.tlog-proof")
@requires(Permission.DRAW_ENROL)
def receipt_file(number: str) -> Response:
    """Serve the receipt: proof that the enrolment is in the log."""
    with reading() as work:
        _, enrolment, _ = _own(work, number)
        text = witnessing.receipt(work, installation(), enrolment.submission_id)
    return _private(attachment(text, f"{number}.tlog-proof", "text/plain; charset=utf-8"))


@bp.get("/<number>/receipt.json")
@requires(Permission.DRAW_ENROL)
def receipt_opening(number: str) -> Response:
    """Serve what opens the enrolment: salt, code and the entry itself."""
    with reading() as work:
        draw, enrolment, entry = _own(work, number)
    body = {
        "format": "zjcs/enrolment-opening/v1",
        "notice": number,
        "draw": draw.draw_hash,
        "firm": enrolment.firm_code,
        "salt": enrolment.salt.hex(),
        "entry": entry.body.decode(),
    }
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return _private(attachment(text, f"{number}-opening.json", "application/json"))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/mine")
@requires(Permission.DRAW_ENROL)
def mine() -> str:
    """List the firm's enrolments and awards."""
    with reading() as work:
        firm = of_org_or_none(work, work.org_id)
        total = lists.count_enrolments_of_firm(work, firm) if firm else 0
        pages = Pages.of(total)
        return render_template(
            "draws/mine.html",
            firm=firm,
            rows=lists.enrolments_of_firm(work, firm, pages.offset) if firm else [],
            awards=lists.awards_of_firm(work, firm) if firm else [],
            pages=pages,
        )


@bp.get("/award/<award_number>")
@requires(Permission.AWARD_ANSWER)
def award(award_number: str) -> Page:
    """Show an award to the firm that is to answer it."""
    return _award_page(award_number, DeclineForm(formdata=None), 200)


def _award_page(award_number: str, form: MarketForm, status: int) -> Page:
    """Show an award again; what refused its confirmation stands above the other form."""
    with reading() as work:
        found = queries.own_award(work, award_number)
        draw = work.session.get_one(Draw, found.draw_id)
        page = render_template(
            "draws/award.html",
            award=found,
            freeze=freeze_of(work, found.id),
            draw=draw,
            number=queries.number_of(work, draw),
            need=need_by_id(work, found.need_id),
            priced=price_shown(work, found, need_by_id(work, found.need_id).item_code),
            firm=_firm(work),
            in_time=found.answer_by_at is None or work.now < found.answer_by_at,
            problems=form,
            form=form if isinstance(form, DeclineForm) else DeclineForm(formdata=None),
        )
    return page, status


def _firm(work: UnitOfWork) -> Firm:
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        raise MissingError
    return firm


@bp.post("/award/<award_number>/confirm")
@requires(Permission.AWARD_ANSWER)
def confirm(award_number: str) -> Page:
    """Accept an award."""
    form = EnrolForm()
    refused = done(form, lambda work: _confirm(work, award_number))
    if refused is not None:
        return _award_page(award_number, form, refused)
    flash(gettext("已确认中选。请在期限内与业主签订合同并备案。"), "success")
    return redirect(url_for("draws.award", award_number=award_number), code=303)


def _confirm(work: UnitOfWork, award_number: str) -> None:
    actions.confirm(work, queries.own_award(work, award_number))


@bp.post("/award/<award_number>/decline")
@requires(Permission.AWARD_ANSWER)
def decline(award_number: str) -> Page:
    """Give an award up, with the reason; who follows depends on what the notice says."""
    form = DeclineForm()
    said: list[str] = []
    refused = done(form, lambda work: said.append(_decline(work, award_number, form)))
    if refused is not None:
        return _award_page(award_number, form, refused)
    log.sequence(installation())
    flash(said[0], "warning")
    return redirect(url_for("draws.award", award_number=award_number), code=303)


def _decline(work: UnitOfWork, award_number: str, form: DeclineForm) -> str:
    """Give an award up; return the words for how its place is filled."""
    found = queries.own_award(work, award_number)
    actions.decline(work, found, form.reason.data or "")
    if need_by_id(work, found.need_id).state is NeedState.FAILED:
        return str(gettext("已登记放弃。没有机构可以递补，本次采购流标。"))
    if work.session.get_one(Draw, found.draw_id).alternates_kind is AlternatesKind.FRESH:
        return str(
            gettext("已登记放弃。递补机构将由以后的随机值另行抽取，现在谁都不知道是哪一家。")
        )
    return str(gettext("已登记放弃，系统将按原次序递补。"))
