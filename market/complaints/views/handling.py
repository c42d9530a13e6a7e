"""What the authority, the sides and the complainant do with a complaint."""

from functools import partial

from market.access import Permission, public, requires
from market.complaints import actions, malicious, opening, queries
from market.complaints.forms import (
    AbuseForm,
    AnswerForm,
    AskForm,
    DecideForm,
    GiveForm,
    HearForm,
    JudgeAbuseForm,
    OpenForm,
    ProposeForm,
    RefuseForm,
    ReplyForm,
    TakeBackAbuseForm,
    TakeBackForm,
    TransferForm,
    UndoAbuseForm,
    VerifyForm,
)
from market.complaints.model import Complaint
from market.complaints.opening_rules import Purpose
from market.complaints.rules import AbuseReason, Outcome, Refusal, Remedy
from market.complaints.views.blueprint import bp, run
from market.complaints.views.showing import found_own, page_of
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.letters import queries as letters
from market.letters.errors import NotReadyError
from market.letters.model import LetterFile
from market.objections.rules import Fact
from market.web.addresses import clean
from market.web.deeds import Page, done, reading
from market.web.downloads import attachment
from market.web.forms import MarketForm
from market.web.uploads import kept
from market.web.work import installation

_handled = partial(run, find=queries.handled, show=page_of)


def _offered(number: str, form: GiveForm) -> None:
    with reading() as work:
        form.offer(actions.others_for(work, queries.by_number(work, clean(number))))


@bp.post("/<number>/open")
@requires(Permission.WORKBENCH_OPEN)
def open_identity(number: str) -> Page:
    """Show who complains, to whoever handles it and says what for; it is written down."""
    form = OpenForm()
    form.offer()
    seen: list[opening.Opened] = []

    def deed(work: UnitOfWork) -> None:
        one = queries.handled(work, clean(number))
        purpose = Purpose(form.purpose.data)
        keys = installation().keys
        seen.append(opening.open_identity(work, keys, one, purpose, form.words.data or ""))

    refused = done(form, deed)
    if refused is not None:
        with reading() as work:
            if not work.actor.permissions & queries.HANDLING:
                raise MissingError
            queries.handled(work, clean(number))
        return page_of(number, form, refused)
    return page_of(number, None, 200, seen[0])


@bp.post("/<number>/accept")
@requires(Permission.COMPLAINT_HANDLE)
def accept(number: str) -> Page:
    """Let the authority accept a complaint."""

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.accept(work, installation().keys, one)

    return _handled(number, MarketForm(), deed=deed, words=msgid("已受理，请在期限内办理。"))


@bp.post("/<number>/refuse")
@requires(Permission.COMPLAINT_HANDLE)
def refuse(number: str) -> Page:
    """Propose to refuse to take it up; another person decides."""
    form = RefuseForm()
    form.offer()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        why, words = Refusal(form.why.data), form.text.data or ""
        actions.propose_refusal(work, installation().keys, one, why, words)

    return _handled(number, form, deed=deed, words=msgid("已提出不予受理，由另一人决定。"))


@bp.post("/<number>/transfer")
@requires(Permission.COMPLAINT_HANDLE)
def transfer(number: str) -> Page:
    """Pass it on to another authority."""
    form = TransferForm()
    _offered(number, form)

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.transfer(work, one, int(form.authority.data), form.why_passed.data or "")

    return _handled(number, form, deed=deed, words=msgid("已转办，受理期限重新计算。"))


@bp.post("/<number>/verify")
@requires(Permission.COMPLAINT_HANDLE)
def verify(number: str) -> Page:
    """Say that the complainant was reached."""
    form = VerifyForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.verify_contact(work, installation().keys, one, form.how.data or "")

    return _handled(number, form, deed=deed, words=msgid("已登记：联系方式核实无误。"))


@bp.post("/<number>/ask")
@requires(Permission.COMPLAINT_HANDLE)
def ask(number: str) -> Page:
    """Ask the other side what it says."""
    form = AskForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.ask(work, installation().keys, one, form.statement.data or "")

    return _handled(number, form, deed=deed, words=msgid("已请被投诉方在期限内说明。"))


@bp.post("/<number>/hear")
@requires(Permission.COMPLAINT_HANDLE)
def hear(number: str) -> Page:
    """Ask the award's firm, that is not accused, what it says before it may lose the award."""
    form = HearForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.hear(work, installation().keys, one, form.told.data or "")

    return _handled(number, form, deed=deed, words=msgid("已请中选机构在期限内陈述意见。"))


@bp.post("/<number>/propose")
@requires(Permission.COMPLAINT_HANDLE)
def propose(number: str) -> Page:
    """Propose what to decide."""
    form = ProposeForm()
    form.offer()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        given = form.data
        said = actions.Proposal(
            outcome=Outcome(given["outcome"]),
            remedy=Remedy(given["remedy"]),
            clause=given["clause"] or "",
            measures=given["measures"] or "",
            reasons=given["reasons"] or "",
            fact=Fact(given["fact"]) if given["fact"] else None,
        )
        actions.propose(work, installation(), one, said)

    return _handled(number, form, deed=deed, words=msgid("处理意见已提出，由另一人作出决定。"))


@bp.post("/<number>/take-back")
@requires(Permission.COMPLAINT_HANDLE)
def take_back(number: str) -> Page:
    """Let whoever proposed take it back."""
    form = TakeBackForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        undo = actions.take_refusal_back if actions.is_refusing(one) else actions.take_back
        undo(work, one, form.why_taken_back.data or "")

    words = msgid("处理意见已撤回，请在期限内重新提出。")
    return _handled(number, form, deed=deed, words=words)


@bp.post("/<number>/decide")
@requires(Permission.COMPLAINT_DECIDE)
def decide(number: str) -> Page:
    """Let another person decide."""
    form = DecideForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        agree = form.agree.data == "yes"
        here, words = installation(), form.text.data or ""
        if actions.is_refusing(one):
            actions.decide_refusal(work, here.keys, one, agree=agree, text=words)
        else:
            actions.decide(work, here, one, agree=agree, text=words)

    return _handled(number, form, deed=deed, words=msgid("已办理。作出决定的，决定书已出具。"))


@bp.post("/<number>/reply")
@requires(Permission.WORKBENCH_OPEN)
def reply(number: str) -> Page:
    """Let the other side say what it has to say."""
    form = AnswerForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        stored, is_last = kept(work, form.file.data), bool(form.is_last.data)
        actions.reply(work, one, form.text.data or "", stored, is_last=is_last)

    words = msgid("说明已提交主管部门。")
    return run(number, form, find=queries.against_own, deed=deed, words=words, show=page_of)


@bp.post("/<number>/state")
@requires(Permission.WORKBENCH_OPEN)
def state(number: str) -> Page:
    """Let the award's firm say what it has to say."""
    form = AnswerForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        stored, is_last = kept(work, form.file.data), bool(form.is_last.data)
        actions.state(work, one, form.text.data or "", stored, is_last=is_last)

    words = msgid("陈述已提交主管部门。")
    return run(number, form, find=queries.heard_as_party, deed=deed, words=words, show=page_of)


@bp.post("/<number>/withdraw")
@public
def withdraw(number: str) -> Page:
    """Let the complainant take it back."""

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.withdraw(work, installation().keys, one)

    words = msgid("投诉已撤回。")
    return run(number, MarketForm(), find=found_own, deed=deed, words=words, show=page_of)


@bp.post("/<number>/malicious")
@requires(Permission.COMPLAINT_HANDLE)
def propose_abuse(number: str) -> Page:
    """Propose to find that it was malicious."""
    form = AbuseForm()
    form.offer()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        reason, words = AbuseReason(form.reason.data), form.evidence.data or ""
        malicious.propose(work, installation().keys, one, reason, words)

    return _handled(number, form, deed=deed, words=msgid("已提出，待投诉人说明后由另一人决定。"))


@bp.post("/<number>/malicious/reply")
@public
def reply_abuse(number: str) -> Page:
    """Let the complainant say what there is to say to that."""
    form = ReplyForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        malicious.reply(work, installation().keys, one, form.text.data or "")

    words = msgid("说明已提交，加密保存。")
    return run(number, form, find=found_own, deed=deed, words=words, show=page_of)


@bp.post("/<number>/malicious/judge")
@requires(Permission.COMPLAINT_DECIDE)
def judge_abuse(number: str) -> Page:
    """Let another person confirm it, or drop it."""
    form = JudgeAbuseForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        confirm, words = form.confirm.data == "yes", form.text.data or ""
        malicious.judge(work, installation().keys, one, confirm=confirm, text=words)

    words = msgid("已办理。投诉单位会收到消息；个人凭编号和查询码查看。")
    return _handled(number, form, deed=deed, words=words)


@bp.post("/<number>/malicious/take-back")
@requires(Permission.COMPLAINT_HANDLE)
def take_back_abuse(number: str) -> Page:
    """Let whoever proposed to find it malicious take that back."""
    form = TakeBackAbuseForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        words = form.why_taken_back.data or ""
        malicious.take_back(work, installation().keys, one, words)

    return _handled(number, form, deed=deed, words=msgid("恶意投诉的认定已撤回，已告知投诉人。"))


@bp.post("/<number>/malicious/withdraw")
@requires(Permission.COMPLAINT_DECIDE)
def undo_abuse(number: str) -> Page:
    """Withdraw a finding that was wrong."""
    form = UndoAbuseForm()

    def deed(work: UnitOfWork, one: Complaint) -> None:
        malicious.undo(work, installation().keys, one, form.text.data or "")

    return _handled(number, form, deed=deed, words=msgid("认定已撤销，记录已恢复。"))


@bp.get("/<number>/letters/<letter_number>")
@public
def letter(number: str, letter_number: str) -> Page:
    """Hand out a letter of a complaint to its complainant."""
    with reading() as work:
        one = found_own(work, clean(number))
        found = [
            each
            for each in letters.of_subject(work, f"complaint:{one.id}")
            if each.number == letter_number
        ]
        if not found:
            raise MissingError
        made = work.session.get(LetterFile, found[0].id)
        if made is None:
            raise NotReadyError(letter_number)
        response = attachment(made.content, f"{letter_number}.pdf", "application/pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response
