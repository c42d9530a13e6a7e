"""The forms of contracts."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import Optional

from market.contracts.actions import ContractFacts
from market.contracts.payers import Payer
from market.contracts.reports.rules import read_plan
from market.contracts.rules import ModelUse
from market.errors import MarketError
from market.web.errors import sentence_of
from market.web.forms import (
    Choice,
    MarketForm,
    RadioChoice,
    day,
    long_text,
    money,
    radios,
    text,
    whole,
)

REVIEW, NOT_REVIEW = "review", "own"
MOST_LINES = 50  # how many a contract may have, its rules say
_KINDS = _l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。")


def upload(label: str) -> FileField:
    """Return a field for one file, which must be chosen."""
    return FileField(label, [FileRequired(message=_l("请选择要上传的文件。"))], description=_KINDS)


class FilingForm(MarketForm):
    """The facts of a signed contract, and its text."""

    price_fen = money(_l("合同金额"))
    signed_on = day(_l("签订日期"))
    service_working_days = whole(_l("服务时限"), 1, 2000)
    payer = radios(
        _l("服务费由谁支付"),
        [
            (Payer.OWNER, _l("项目业主")),
            (Payer.APPLICANT, _l("申请人（向业主申请审批的企业或个人）")),
        ],
        default=Payer.OWNER,
    )
    for_own_review = radios(
        _l("服务用途"),
        [
            (NOT_REVIEW, _l("业主自己的项目或工作")),
            (REVIEW, _l("行政机关办理审批时委托、用于自身审查的技术性服务（评估、评审等）")),
        ],
        default=NOT_REVIEW,
    )
    # Asked only where the service has a model contract; the deed itself refuses silence there.
    model_use = RadioChoice(
        _l("是否采用合同示范文本"),
        choices=[
            SelectChoice(ModelUse.FOLLOWED, _l("采用示范文本，通用条款没有改动")),
            SelectChoice(ModelUse.ADAPTED, _l("以示范文本为基础，作了修改或补充")),
            SelectChoice(ModelUse.OTHER, _l("没有采用示范文本")),
        ],
        validate_choice=False,
    )
    milestones = long_text(
        _l("进度报告节点"),
        1500,
        hint=_l(
            "合同约定了进度报告的，每行一个：名称，空格，开始计时后的工作日数或者日期，"
            "例如“初稿 10”。逾期不报告的亮牌。没有约定的不填。"
        ),
        optional=True,
    )
    file = upload(_l("合同文件"))

    def validate_milestones(self, field: Field) -> None:
        """Each line can be read."""
        try:
            read_plan(field.data or "", MOST_LINES)
        except MarketError as error:
            raise ValidationError(sentence_of(error)) from None

    def facts(self) -> ContractFacts:
        """Return what was typed; the form has been checked."""
        return ContractFacts(
            price_fen=cast("int", self.price_fen.data),
            signed_on=cast("date", self.signed_on.data),
            service_working_days=cast("int", self.service_working_days.data),
            payer=Payer(self.payer.data),
            for_own_review=self.for_own_review.data == REVIEW,
            model_use=self._model_use(),
            milestones=read_plan(self.milestones.data or "", MOST_LINES),
        )

    def _model_use(self) -> ModelUse:
        said = self.model_use.data
        return ModelUse(said) if said in set(ModelUse) else ModelUse.NONE


class ClaimForm(MarketForm):
    """The owner confirms the day on which the firm says to have handed in its work, or not."""

    decision = radios(_l("您的答复"), [("agree", _l("确认，该日已收到")), ("deny", _l("不认可"))])
    words = long_text(
        _l("说明"),
        500,
        hint=_l("不认可的必须填写，至少 5 个字，例如实际何时收到。"),
        optional=True,
        public=True,
    )


class DeedForm(MarketForm):
    """A button: nothing to fill in."""


class ReturnFilingForm(MarketForm):
    """What must be changed in a filed contract."""

    reason = text(_l("退回原因"), 500, hint=_l("至少 5 个字，对方将据此修改。"))


class MaterialsForm(MarketForm):
    """What the owner hands over."""

    materials = long_text(
        _l("移交资料清单"), 1000, hint=_l("逐项列明名称和份数。确认移交后开始计算服务时限。")
    )


class DeliverForm(MarketForm):
    """One round of the firm's work."""

    file = upload(_l("成果文件"))
    signer = Choice(
        _l("签字负责人"),
        [Optional()],
        choices=[],
        description=_l("须是本合同指定的服务人员，随本轮成果锁定，不能更改。"),
    )
    note = long_text(_l("说明"), 1000, optional=True)
    happened_on = day(
        _l("实际提交日期"),
        hint=_l(
            "今天提交的不用填。以前已经交给业主、今天补登的，填实际日期：业主确认后，该日以后的"
            "时间才改计业主；确认前按登记的时间计算。两个时间都公开，并计入本单位的补登比例。"
        ),
        optional=True,
    )

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Offer those whom the contract names."""
        offered = [SelectChoice(str(key), name) for key, name in people]
        self.signer.choices = [SelectChoice("", gettext("请选择")), *offered]

    def signer_id(self) -> int | None:
        """Return who was chosen."""
        return int(self.signer.data) if self.signer.data else None
