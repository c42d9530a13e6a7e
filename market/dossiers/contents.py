"""What a dossier holds, part by part: every table of a contract's case that its sides may read.

What none of these sheets holds is listed, with the reason, in ``left_out``.
"""

from typing import Final

from sqlalchemy import ColumnElement

from market.clocks import kinds
from market.clocks.card_rules import CardState
from market.clocks.extension.model import Extension
from market.clocks.model import Card, Clock, ClockEvent, Suspension
from market.clocks.over.model import SuspensionOver
from market.contracts.actions import subject_of
from market.contracts.claims.model import DeliveryClaim
from market.contracts.ending.model import ContractEnding
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.exchange.model import ContractTurn
from market.contracts.model import Contract, Deliverable, Review, ReviewOverturned
from market.contracts.reports.model import Milestone, ProgressReport
from market.contracts.staffing.model import ContractStaff, StaffReplacement
from market.contracts.thread.model import ContractMessage
from market.dossiers.conditions import every, of_contract, under
from market.dossiers.selection import SELECTION
from market.dossiers.sheets import INTERNAL, PROPOSED, Case, Section, Sheet
from market.errors import msgid
from market.holidays.model import DeadlineChange
from market.letters.model import Letter, LetterWithdrawal
from market.payments.model import PaymentOverdue, PaymentTerm, Voucher, VoucherAnswer
from market.ratings.model import Rating, RatingOpening
from market.ratings.reviews.model import RatingReview
from market.ratings.rules import RatingState
from market.rereview.model import Rereview, RereviewCopyCheck, RereviewPoint
from market.salts import TextSalt
from market.supervision.model import CardDecision, CardReply, Interview
from market.supplements.model import Supplement


def _clock(case: Case) -> ColumnElement[bool]:
    """Choose the service's clock, and those of its reviews, reports and payments."""
    named = (Clock.number == case.contract.number) & Clock.kind.in_(kinds.public_codes())
    return (Clock.subject == subject_of(case.contract)) | named


def _cards(case: Case) -> ColumnElement[bool]:
    """Choose the public cards that stand and name the contract: also for what came beside it.

    A late rating or payment has a subject of its own, and bears the contract's number.
    """
    names_it = Card.subject_number == case.contract.number
    return (
        ((Card.subject == subject_of(case.contract)) | names_it)
        & Card.is_public.is_(True)
        & (Card.state != CardState.WITHDRAWN)
    )


def _letters(case: Case) -> ColumnElement[bool]:
    """Choose the letters to a side about the award or the contract: no other's, no sanction's."""
    contract = case.contract
    return Letter.subject.in_((f"award:{case.award.id}", subject_of(contract))) & Letter.org_id.in_(
        (contract.owner_org_id, contract.firm_org_id)
    )


def _deadlines(case: Case) -> ColumnElement[bool]:
    number = (DeadlineChange.number == case.contract.number) | (
        DeadlineChange.number == case.award.number
    )
    return number & DeadlineChange.is_public.is_(True)


_vouchers = of_contract(Voucher.contract_id)
_ratings = of_contract(Rating.contract_id)

CONTRACT: Final = Section(
    folder="contract",
    title=msgid("合同"),
    sheets=(
        Sheet(
            path="contract/contract.csv",
            title=msgid("合同"),
            model=Contract,
            chosen=of_contract(Contract.id),
            upload=lambda _: "contract/contract",
        ),
        Sheet(
            path="contract/turns.csv",
            title=msgid("备案往来"),
            model=ContractTurn,
            chosen=of_contract(ContractTurn.contract_id),
        ),
        Sheet(
            path="contract/staff.csv",
            title=msgid("项目人员"),
            model=ContractStaff,
            chosen=of_contract(ContractStaff.contract_id),
        ),
        Sheet(
            path="contract/staff-replacements.csv",
            title=msgid("更换人员"),
            model=StaffReplacement,
            chosen=of_contract(StaffReplacement.contract_id),
        ),
        Sheet(
            path="contract/supplements.csv",
            title=msgid("补充合同"),
            model=Supplement,
            chosen=of_contract(Supplement.contract_id),
        ),
        Sheet(
            path="contract/endings.csv",
            title=msgid("合同解除"),
            model=ContractEnding,
            chosen=of_contract(ContractEnding.contract_id),
            without=PROPOSED | {"proposes_end", "proposed_fault"},
            note=INTERNAL,
        ),
    ),
)
WORK: Final = Section(
    folder="deliverables",
    title=msgid("成果和验收"),
    sheets=(
        Sheet(
            path="deliverables/rounds.csv",
            title=msgid("各轮成果"),
            model=Deliverable,
            chosen=of_contract(Deliverable.contract_id),
            upload=lambda row: f"deliverables/round-{row.round_no}",
        ),
        Sheet(
            path="deliverables/days.csv",
            title=msgid("自称的提交日期"),
            model=DeliveryClaim,
            chosen=of_contract(DeliveryClaim.contract_id),
        ),
        Sheet(
            path="deliverables/reviews.csv",
            title=msgid("验收和退回"),
            model=Review,
            chosen=of_contract(Review.contract_id),
        ),
        Sheet(
            path="deliverables/examinations.csv",
            title=msgid("审查的进展"),
            model=Examination,
            chosen=of_contract(Examination.contract_id),
        ),
        Sheet(
            path="deliverables/examination-steps.csv",
            title=msgid("补正、容缺、报审和审批意见"),
            model=ExaminationStep,
            chosen=under(
                ExaminationStep.examination_id,
                Examination.id,
                of_contract(Examination.contract_id),
            ),
            upload=lambda row: f"deliverables/step-{row.id}",
        ),
        Sheet(
            path="deliverables/rereviews.csv",
            title=msgid("成果复评"),
            model=Rereview,
            chosen=of_contract(Rereview.contract_id),
            upload=lambda row: f"deliverables/rereview-{row.number}",
        ),
        Sheet(
            path="deliverables/rereview-points.csv",
            title=msgid("申请复评的问题"),
            model=RereviewPoint,
            chosen=under(RereviewPoint.rereview_id, Rereview.id, of_contract(Rereview.contract_id)),
        ),
        Sheet(
            path="deliverables/rereview-copy-checks.csv",
            title=msgid("复评成果副本的核对"),
            model=RereviewCopyCheck,
            chosen=under(
                RereviewCopyCheck.rereview_id, Rereview.id, of_contract(Rereview.contract_id)
            ),
        ),
        Sheet(
            path="deliverables/overturned.csv",
            title=msgid("复评推翻的退回"),
            model=ReviewOverturned,
            chosen=of_contract(ReviewOverturned.contract_id),
        ),
    ),
)
REPORTS: Final = Section(
    folder="reports",
    title=msgid("进度报告"),
    sheets=(
        Sheet(
            path="reports/milestones.csv",
            title=msgid("约定的节点"),
            model=Milestone,
            chosen=of_contract(Milestone.contract_id),
        ),
        Sheet(
            path="reports/reports.csv",
            title=msgid("进度报告"),
            model=ProgressReport,
            chosen=under(
                ProgressReport.milestone_id, Milestone.id, of_contract(Milestone.contract_id)
            ),
            upload=lambda row: f"reports/report-{row.id}",
        ),
    ),
)
MESSAGES: Final = Section(
    folder="messages",
    title=msgid("双方往来消息"),
    sheets=(
        Sheet(
            path="messages/messages.csv",
            title=msgid("双方往来消息"),
            model=ContractMessage,
            chosen=of_contract(ContractMessage.contract_id),
            upload=lambda row: f"messages/message-{row.sequence}",
        ),
    ),
)
TIME: Final = Section(
    folder="time",
    title=msgid("时限"),
    sheets=(
        Sheet(path="time/clock.csv", title=msgid("服务时限和其他期限"), model=Clock, chosen=_clock),
        Sheet(
            path="time/events.csv",
            title=msgid("时限的每一次变化"),
            model=ClockEvent,
            chosen=under(ClockEvent.clock_id, Clock.id, _clock),
        ),
        Sheet(
            path="time/suspensions.csv",
            title=msgid("挂起申请和答复"),
            model=Suspension,
            chosen=under(Suspension.clock_id, Clock.id, _clock),
            upload=lambda row: f"time/suspension-{row.id}",
        ),
        Sheet(
            path="time/causes-over.csv",
            title=msgid("条件已具备的声明和答复"),
            model=SuspensionOver,
            chosen=under(
                SuspensionOver.suspension_id,
                Suspension.id,
                under(Suspension.clock_id, Clock.id, _clock),
            ),
        ),
        Sheet(
            path="time/extensions.csv",
            title=msgid("延期申请和答复"),
            model=Extension,
            chosen=under(Extension.clock_id, Clock.id, _clock),
        ),
        Sheet(
            path="time/holiday-changes.csv",
            title=msgid("节假日安排引起的期限变化"),
            model=DeadlineChange,
            chosen=_deadlines,
        ),
    ),
)
SUPERVISION: Final = Section(
    folder="supervision",
    title=msgid("监督"),
    sheets=(
        Sheet(
            path="supervision/cards.csv",
            title=msgid("亮牌"),
            model=Card,
            chosen=_cards,
            without=frozenset({"once", "issued_by_id"}),
            note=msgid("已撤销的和不公开的亮牌不列。"),
        ),
        Sheet(
            path="supervision/replies.csv",
            title=msgid("对亮牌的答复"),
            model=CardReply,
            chosen=under(CardReply.card_id, Card.id, _cards),
            without=frozenset({"text", "file_id", "replied_by_id"}),
            note=msgid("答复原文只给答复单位和监管部门，对方不能看；这里列何时答复、是否逾期。"),
        ),
        Sheet(
            path="supervision/decisions.csv",
            title=msgid("对亮牌的处理"),
            model=CardDecision,
            chosen=under(CardDecision.card_id, Card.id, _cards),
            without=frozenset({"decided_by_id"}),
        ),
        Sheet(
            path="supervision/interviews.csv",
            title=msgid("约谈"),
            model=Interview,
            chosen=under(Interview.card_id, Card.id, _cards),
            without=frozenset(
                {"place", "topic", "record", "result", "invited_by_id", "recorded_by_id"}
            ),
            note=msgid("约谈的内容和记录只给被约谈单位和监管部门。"),
        ),
    ),
)
MONEY: Final = Section(
    folder="payments",
    title=msgid("发票和付款"),
    sheets=(
        Sheet(
            path="payments/vouchers.csv",
            title=msgid("发票和付款记录"),
            model=Voucher,
            chosen=_vouchers,
            upload=lambda row: f"payments/{row.sequence}",
        ),
        Sheet(
            path="payments/answers.csv",
            title=msgid("对记录的确认和争议"),
            model=VoucherAnswer,
            chosen=under(VoucherAnswer.voucher_id, Voucher.id, _vouchers),
        ),
        Sheet(
            path="payments/term.csv",
            title=msgid("付款进展"),
            model=PaymentTerm,
            chosen=of_contract(PaymentTerm.contract_id),
        ),
        Sheet(
            path="payments/overdue.csv",
            title=msgid("逾期未付"),
            model=PaymentOverdue,
            chosen=of_contract(PaymentOverdue.contract_id),
        ),
    ),
)
RATINGS: Final = Section(
    folder="ratings",
    title=msgid("一事一评"),
    sheets=(
        Sheet(path="ratings/ratings.csv", title=msgid("评价"), model=Rating, chosen=_ratings),
        Sheet(
            path="ratings/opened.csv",
            title=msgid("已公开的评分和评语"),
            model=RatingOpening,
            chosen=under(
                RatingOpening.rating_id,
                Rating.id,
                every(_ratings, lambda _: Rating.state == RatingState.RELEASED),
            ),
            note=msgid("没有公开的评价只列状态；评语已被撤下的，分数和评语都不列。"),
        ),
        Sheet(
            path="ratings/reviews.csv",
            title=msgid("差评核查"),
            model=RatingReview,
            chosen=under(RatingReview.rating_id, Rating.id, _ratings),
            without=PROPOSED | {"proposed"},
            note=INTERNAL,
        ),
    ),
)
LETTERS: Final = Section(
    folder="letters",
    title=msgid("文书"),
    sheets=(
        Sheet(
            path="letters/letters.csv",
            title=msgid("文书"),
            model=Letter,
            chosen=_letters,
            note=msgid("只列给合同双方、关于本次中选和本合同的文书；信用案件的文书只给当事机构。"),
        ),
        Sheet(
            path="letters/withdrawals.csv",
            title=msgid("文书的撤销"),
            model=LetterWithdrawal,
            chosen=under(LetterWithdrawal.letter_id, Letter.id, _letters),
        ),
        Sheet(
            path="letters/salts.csv",
            title=msgid("文字的盐值"),
            model=TextSalt,
            chosen=lambda case: TextSalt.about == case.contract.number,
            note=msgid(
                "盐值（字节）后接消息、审验或者进度报告的原文，其 SHA-256 就是公开日志中的摘要。"
            ),
        ),
    ),
)
SECTIONS: Final = (
    SELECTION, CONTRACT, WORK, REPORTS, MESSAGES, TIME, SUPERVISION, MONEY, RATINGS, LETTERS,
)  # fmt: skip
