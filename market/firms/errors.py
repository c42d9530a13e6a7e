"""What the firms' part of the market refuses, in words that say what to do next."""

from collections.abc import Sequence
from datetime import date

from market.catalogue.rules import Requirement
from market.errors import MarketError, msgid


class NotEditableError(MarketError):
    """The registration is being checked, or is already relied upon."""

    sentence = msgid("机构当前状态为“%(state)s”，此项内容不能修改。需要更正的，请联系运营机构。")

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class IncompleteError(MarketError):
    """Steps of the registration are missing."""

    sentence = msgid("还不能提交：以下步骤没有完成：%(steps)s。请完成后再提交。")

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__(steps="、".join(steps))


class FutureDayError(MarketError):
    """A day that has not come yet."""

    sentence = msgid("日期%(day)s晚于今天。请核对后重新填写。")

    def __init__(self, day: date, field: str) -> None:
        super().__init__(day=day, field=field)


class TermError(MarketError):
    """A term that ends before it begins."""

    sentence = msgid(
        "有效期止（%(valid_to_on)s）早于有效期起（%(valid_from_on)s）。请核对证书后重新填写。"
    )

    def __init__(self, valid_from_on: date, valid_to_on: date) -> None:
        super().__init__(valid_from_on=valid_from_on, valid_to_on=valid_to_on, field="valid_to_on")


class ExpiredError(MarketError):
    """A certificate that is no longer valid."""

    sentence = msgid(
        "该证书已于%(valid_to_on)s到期（今天是%(today)s），不能填报。请换证后填写新的有效期。"
    )

    def __init__(self, valid_to_on: date, today: date) -> None:
        super().__init__(valid_to_on=valid_to_on, today=today, field="valid_to_on")


class DuplicateQualificationError(MarketError):
    """The same certificate twice."""

    sentence = msgid(
        "编号为%(number)s、同一起始日期的这项资质已经填报。请勿重复；续期的请填写新的有效期起。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(number=number, field="number")


class QualificationInUseError(MarketError):
    """A confirmed qualification cannot be taken back."""

    sentence = msgid("这项资质已经运营机构核对，不能删除。到期后会自动失效。")


class PersonHereError(MarketError):
    """The person is already listed by this firm."""

    sentence = msgid("该人员已登记在本机构，请勿重复填报。")

    def __init__(self) -> None:
        super().__init__(field="id_number")


class PersonElsewhereError(MarketError):
    """One person, one firm. The other firm is not named: it is that person's affair."""

    sentence = msgid(
        "该人员暂不能登记在本机构：一名执业人员只能在一家机构执业。请与本人核对，"
        "由原所在机构办理离职登记；确在本机构执业的，请凭劳动合同和社保证明向运营机构提出异议。"
    )

    def __init__(self) -> None:
        super().__init__(field="id_number")


class StaffElsewhereError(MarketError):
    """People on the list cannot be handed in: another firm that has handed in has them."""

    sentence = msgid(
        "现在还不能提交：%(names)s 暂不能登记在本机构。一名执业人员只能在一家机构执业，"
        "请与本人核对后从名单中删除；确在本机构执业的，"
        "请凭劳动合同和社保证明向运营机构提出异议。"
    )

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names="、".join(names))


class PromiseTooLongError(MarketError):
    """More days than the catalogue allows."""

    sentence = msgid(
        "承诺时限%(days)s个工作日超过该事项的规定时限%(limit)s个工作日。请填写1至%(limit)s之间的天数。"
    )

    def __init__(self, days: int, limit: int) -> None:
        super().__init__(days=days, limit=limit, field="promised_working_days")


class RequirementMissingError(MarketError):
    """The firm lacks what the item asks for."""

    sentence = msgid("不能提供“%(item)s”：%(missing)s。请先补充相应的资质或执业人员。")

    def __init__(self, item_name: str, missing: Sequence[Requirement]) -> None:
        self.missing = tuple(missing)
        words = "；".join(str(requirement) for requirement in missing)
        super().__init__(item=item_name, missing=words, field="item_code")


class NoFeeError(MarketError):
    """A service without a published fee."""

    sentence = msgid("“%(item)s”还没有已生效的收费标准。请先公开收费标准，再提供服务。")

    def __init__(self, item_name: str) -> None:
        super().__init__(item=item_name, field="valid_from_on")


class NoPromiseError(MarketError):
    """A service without a signed promise."""

    sentence = msgid("本机构还没有签署承诺书。请先签署承诺书，再提供服务。")


class NoReasonError(MarketError):
    """A refusal without a reason."""

    sentence = msgid("退回须选择原因；选择“其他”的，须写明具体情况。请补充后再提交。")

    def __init__(self, field: str = "reasons") -> None:
        super().__init__(field=field)


class WrongStandingError(MarketError):
    """A change of standing that changes nothing."""

    sentence = msgid("机构的从业状态已经是“%(standing)s”，没有可以变更的内容。请刷新页面核对。")

    def __init__(self, standing: str) -> None:
        super().__init__(standing=standing)


class PromiseKindError(MarketError):
    """A promise is signed on its own page."""

    sentence = msgid("承诺类条件无须填报资质，请在“签署承诺”一步签署承诺书。")

    def __init__(self) -> None:
        super().__init__(field="kind")


class AlreadyCheckedError(MarketError):
    """There is nothing to decide about this addition on its own."""

    sentence = msgid("这一项已经核对，或须随整个入驻申请一并审核。请刷新页面查看。")


class BirthDayError(MarketError):
    """The identity number's birthday lies in the future, or its holder is too young to work."""

    sentence = msgid(
        "身份证号码中的出生日期不可能是执业人员的：未满%(age)s周岁，或晚于今天。"
        "请核对证件后重新填写。"
    )

    def __init__(self, age: int) -> None:
        super().__init__(age=age, field="id_number")


class BoundError(MarketError):
    """A firm that still takes part in a draw, or owes an answer, cannot leave."""

    sentence = msgid(
        "还不能退出中介超市：%(ties)s。报名未截止的，请先撤回；已截止的，请等待摇号结果；"
        "已中选的，请先放弃，或签订合同后再办理退出。"
    )

    def __init__(self, ties: Sequence[str]) -> None:
        super().__init__(ties="；".join(ties))


class PromiseRouteError(MarketError):
    """The firm is not listed on its promise but checked."""

    sentence = msgid("不能凭承诺直接入驻：%(why)s。请改用“提交审核”。")

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(why="；".join(why))


class NothingToVerifyError(MarketError):
    """No promise of this firm waits to be verified."""

    sentence = msgid("该机构没有待核查的承诺，可能同事已经办理。请刷新页面查看。")


class UnansweredFeedbackError(MarketError):
    """What the public says has not been answered."""

    sentence = msgid("还有%(count)s条公示反馈没有答复。请先逐条答复，再办理此事。")

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


class PublicityOverError(MarketError):
    """The firm is not in its publicity."""

    sentence = msgid(
        "该机构不在公示期内，不能再提交公示反馈。需要投诉的，请拨打页面下方的投诉电话。"
    )


class FeedbackAnsweredError(MarketError):
    """Somebody answered it."""

    sentence = msgid("这条反馈已经答复。请刷新页面查看答复内容。")


class WordsMissingError(MarketError):
    """A decision without its reasons."""

    sentence = msgid("请写明事实和理由（至少%(least)s个字）。")

    def __init__(self, field: str, least: int) -> None:
        super().__init__(least=least, field=field)


class NothingChangedError(MarketError):
    """A change request that changes nothing."""

    sentence = msgid("所填内容与现有资料相同，没有需要变更的项目。请修改后再提交。")


class ChangePendingError(MarketError):
    """The same fact is being checked."""

    sentence = msgid("“%(fact)s”已有一份变更申请在核对。请等待结果，或先撤回原申请。")

    def __init__(self, fact: str, field: str) -> None:
        super().__init__(fact=fact, field=field)


class ChangeDecidedError(MarketError):
    """The change was decided or withdrawn."""

    sentence = msgid("这项变更已经办结或者撤回。请刷新页面查看。")


class NotSettledError(MarketError):
    """Before the listing facts are edited, not changed by request."""

    sentence = msgid(
        "机构当前状态为“%(state)s”，不适用变更申请。请在入驻步骤中直接修改，或联系运营机构。"
    )

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class OwnParentError(MarketError):
    """A firm cannot be its own head office."""

    sentence = msgid("总机构的信用代码与本机构相同。请填写总机构的代码；不是分支机构的，请留空。")

    def __init__(self) -> None:
        super().__init__(field="parent_code")


class CapitalError(MarketError):
    """An amount that is no capital."""

    sentence = msgid("注册资本须大于零，并选择币种。没有注册资本的，请留空。")

    def __init__(self) -> None:
        super().__init__(field="registered_capital_fen")


class PostcodeError(MarketError):
    """Not six digits."""

    sentence = msgid("邮政编码须为6位数字。请核对后重新填写，或者留空。")

    def __init__(self) -> None:
        super().__init__(field="postcode")


class RemovalPendingError(MarketError):
    """Notice of removal was given."""

    sentence = msgid("已向该机构告知拟清退。请等待陈述期满，或先撤回告知。")


class NoRemovalError(MarketError):
    """No notice of removal is running."""

    sentence = msgid("没有正在进行的清退告知，可能已经撤回或者生效。请刷新页面查看。")


class ReapplyEarlyError(MarketError):
    """A removed firm comes back too soon."""

    sentence = msgid("本机构已被清退，%(day)s以后才能重新申请入驻。")

    def __init__(self, day: date) -> None:
        super().__init__(day=day)


class NotAuthorisedError(MarketError):
    """The delegate's authority does not cover the deed."""

    sentence = msgid(
        "您的业务授权不包括为“%(item)s”办理“%(deed)s”，或者授权已经到期、终止。"
        "请由本机构负责人办理，或请其更新授权。"
    )

    def __init__(self, item_name: str, deed: str) -> None:
        super().__init__(item=item_name, deed=deed)


class AuthorityTermError(MarketError):
    """An authority that is over, too long, or ends before it begins."""

    sentence = msgid("授权期限须在今天至%(latest)s之间，且截止日不早于起始日。请修改日期。")

    def __init__(self, latest: date) -> None:
        super().__init__(latest=latest, field="valid_to_on")


class AuthorityEmptyError(MarketError):
    """An authority to do nothing."""

    sentence = msgid("请至少选择一项授权办理的事项。")

    def __init__(self) -> None:
        super().__init__(field="deeds")


class AuthorityEndedError(MarketError):
    """The authority ended before."""

    sentence = msgid("这份授权已经终止。请刷新页面查看。")


class BusinessTermError(MarketError):
    """A business term that ends before it begins, or is over."""

    sentence = msgid("经营期限止（%(until)s）不能早于成立日期或者今天。长期经营的，请留空。")

    def __init__(self, until: date) -> None:
        super().__init__(until=until, field="business_until_on")
