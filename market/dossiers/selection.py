"""What a dossier holds of the selection: from the notice to the award and what was said of it."""

from typing import Final

from sqlalchemy import select

from market.contracts.signing.model import SigningCase
from market.direct.model import DirectChoice, Emergency
from market.dossiers.conditions import every, of_award, of_need, under
from market.dossiers.sheets import INTERNAL, PROPOSED, Section, Sheet
from market.draws.model import Award
from market.draws.model_freeze import AwardFreeze
from market.draws.model_later import CallingOffOrder
from market.draws.model_prices import AwardPrice
from market.errors import msgid
from market.explanations.model import Explanation, ExplanationCost
from market.needs.changes.model import NoticeChange
from market.needs.model import NeedFailure, Notice
from market.needs.questions.model import NoticeAnswer, NoticeQuestion
from market.needs.record.model import NeedCancellation
from market.objections.model import AwardObjection, ObjectionStep
from market.objections.publication import is_published

_notices = of_need(Notice.need_id)
_objections = of_award(AwardObjection.award_id)
SELECTION: Final = Section(
    folder="selection",
    title=msgid("采购和选取"),
    sheets=(
        Sheet(
            path="selection/changes.csv",
            title=msgid("公告变更"),
            model=NoticeChange,
            chosen=of_need(NoticeChange.need_id),
        ),
        Sheet(
            path="selection/cancellations.csv",
            title=msgid("公告终止"),
            model=NeedCancellation,
            chosen=of_need(NeedCancellation.need_id),
        ),
        Sheet(
            path="selection/failures.csv",
            title=msgid("流标"),
            model=NeedFailure,
            chosen=of_need(NeedFailure.need_id),
        ),
        Sheet(
            path="selection/questions.csv",
            title=msgid("对公告的提问"),
            model=NoticeQuestion,
            chosen=every(
                under(NoticeQuestion.notice_id, Notice.id, _notices),
                lambda _: NoticeQuestion.id.in_(select(NoticeAnswer.question_id)),
            ),
            without=frozenset({"asker_org_id", "asked_by_id"}),
            note=msgid("提问单位保密，任何人的卷宗都不列；没有答复的提问不列。"),
        ),
        Sheet(
            path="selection/answers.csv",
            title=msgid("对提问的答复"),
            model=NoticeAnswer,
            chosen=under(
                NoticeAnswer.question_id,
                NoticeQuestion.id,
                under(NoticeQuestion.notice_id, Notice.id, _notices),
            ),
            without=frozenset({"document"}),
        ),
        Sheet(
            path="selection/called-off.csv",
            title=msgid("责令取消摇号"),
            model=CallingOffOrder,
            chosen=lambda case: CallingOffOrder.draw_id == case.award.draw_id,
            without=frozenset({"text", "proposed_by_id"}),
        ),
        Sheet(
            path="selection/direct.csv",
            title=msgid("直接选取"),
            model=DirectChoice,
            chosen=of_award(DirectChoice.award_id),
        ),
        Sheet(
            path="selection/emergency.csv",
            title=msgid("应急委托"),
            model=Emergency,
            chosen=under(Emergency.direct_id, DirectChoice.id, of_award(DirectChoice.award_id)),
            without=frozenset({"file_id", "filing", "opinion", "opinion_reason", "examined_by_id"}),
            note=msgid("业主补办的材料和审查人员的内部意见不列，由主管部门留存。"),
        ),
        Sheet(
            path="selection/award.csv",
            title=msgid("中选结果"),
            model=Award,
            chosen=of_award(Award.id),
        ),
        Sheet(
            path="selection/price.csv",
            title=msgid("中选金额怎样得出"),
            model=AwardPrice,
            chosen=of_award(AwardPrice.award_id),
        ),
        Sheet(
            path="selection/explanations.csv",
            title=msgid("异常低价说明"),
            model=Explanation,
            chosen=of_award(Explanation.award_id),
        ),
        Sheet(
            path="selection/explanation-costs.csv",
            title=msgid("低价说明的成本构成"),
            model=ExplanationCost,
            chosen=under(
                ExplanationCost.explanation_id, Explanation.id, of_award(Explanation.award_id)
            ),
        ),
        Sheet(
            path="selection/freezes.csv",
            title=msgid("中选冻结"),
            model=AwardFreeze,
            chosen=of_award(AwardFreeze.award_id),
        ),
        Sheet(
            path="selection/objections.csv",
            title=msgid("对结果的异议"),
            model=AwardObjection,
            chosen=_objections,
            without=frozenset(
                {"party", "org_id", "raised_by_id", "text", "proposed", "proposed_by_id"}
            ),
            note=msgid("异议人是谁、写了什么不列：合同双方都能读卷宗。"),
        ),
        Sheet(
            path="selection/objection-letters.csv",
            title=msgid("异议的公开处理意见"),
            model=ObjectionStep,
            chosen=every(
                under(ObjectionStep.objection_id, AwardObjection.id, _objections),
                lambda _: is_published(),
            ),
            without=frozenset({"hearing_id", "file_id"}),
            note=msgid("当事方的陈述和所附材料不公开，由主管部门留存。"),
        ),
        Sheet(
            path="selection/unsigned.csv",
            title=msgid("未签合同的查明"),
            model=SigningCase,
            chosen=of_award(SigningCase.award_id),
            without=PROPOSED | {"proposed"},
            note=INTERNAL,
        ),
    ),
)
