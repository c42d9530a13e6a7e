"""What is refused about complaints: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


class TooShortError(MarketError):
    """A text says too little."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字）。")

    def __init__(self, field: str, least: int) -> None:
        super().__init__(field=field, least=least)


class SealBrokenError(MarketError):
    """What is kept of a complainant cannot be opened."""

    sentence = msgid("投诉 %(number)s 的投诉人信息无法打开，请联系运营机构检查平台密钥。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class NoSuchSubjectError(MarketError):
    """Nothing public has the number or code."""

    sentence = msgid(
        "没有找到“%(ref)s”。请核对编号：需求 XQ-、合同 HT- 开头，机构和业主填统一社会信用代码；"
        "不知道编号的，投诉事项选“其他事项”。"
    )

    def __init__(self, ref: str) -> None:
        super().__init__(field="ref", ref=ref)


class RefMissingError(MarketError):
    """It does not say what it is about."""

    sentence = msgid(
        "请填写编号或者代码：需求 XQ-、合同 HT- 开头，机构和业主填统一社会信用代码，"
        "主管部门填名称；不知道的，投诉事项选“其他事项”。"
    )

    def __init__(self) -> None:
        super().__init__(field="ref")


class ContactWrongError(MarketError):
    """Nobody can be reached by it."""

    sentence = msgid("联系电话不完整：至少 7 位数字。不愿留电话的，姓名也不填，即为匿名投诉。")

    def __init__(self) -> None:
        super().__init__(field="contact")


class NoAwardError(MarketError):
    """Nobody was awarded yet."""

    sentence = msgid("需求 %(ref)s 还没有中选机构。对公告有意见的，被投诉方请选项目业主。")

    def __init__(self, ref: str) -> None:
        super().__init__(field="ref", ref=ref)


class OwnComplaintError(MarketError):
    """An organisation does not complain about itself."""

    sentence = msgid("不能投诉本单位。对本单位收到的决定有意见的，请按决定书写明的途径提出。")

    def __init__(self) -> None:
        super().__init__(field="ref")


class ApartTargetError(MarketError):
    """Whoever complains about an authority says which."""

    sentence = msgid(
        "投诉主管部门或者其工作人员的，投诉事项请选“主管部门及其工作人员”，"
        "并填写该部门的名称或者统一社会信用代码。"
    )

    def __init__(self) -> None:
        super().__init__(field="target")


class OftenTodayError(MarketError):
    """One organisation does not flood those who handle complaints."""

    sentence = msgid(
        "贵单位今天已经提出 %(most)s 件投诉，达到每日上限。请明天再提出；"
        "补充材料请直接送交办理投诉的主管部门。"
    )

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class OftenAboutAwardError(MarketError):
    """One organisation complains about one award a few times, not for ever."""

    sentence = msgid(
        "贵单位对该中选结果已经提出 %(most)s 件投诉，达到上限。有新的事实，"
        "请直接送交办理这些投诉的主管部门。"
    )

    def __init__(self, most: int) -> None:
        super().__init__(field="ref", most=most)


class SameComplaintError(MarketError):
    """The same complaint is being handled."""

    sentence = msgid(
        "贵单位就同一中选结果的同一问题提出的投诉 %(number)s 正在办理，不必重复提出。"
        "补充材料请直接送交办理投诉的主管部门。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(field="matter", number=number)


class ContactMissingError(MarketError):
    """Who gives a name can be reached; who does not, gives neither."""

    sentence = msgid("实名投诉请填写姓名和联系电话；不愿实名的，两项都不填，即为匿名投诉。")

    def __init__(self) -> None:
        super().__init__(field="contact")


class WrongCodeError(MarketError):
    """No complaint has this number and code."""

    sentence = msgid("受理编号或者查询码不正确。请核对提交时给出的编号和查询码，字母不分大小写。")

    def __init__(self) -> None:
        super().__init__(field="code")


class WrongDayError(MarketError):
    """It cannot have come on that day."""

    sentence = msgid("收到日期不能晚于今天，也不能早于 %(days)s 天前。")

    def __init__(self, days: int) -> None:
        super().__init__(field="received_on", days=days)


class NoAuthorityError(MarketError):
    """A complaint goes to an authority that may decide it."""

    sentence = msgid("请选择列出的主管部门；被投诉的单位不能办理对自己的投诉。")

    def __init__(self) -> None:
        super().__init__(field="authority")


class TransferredOftenError(MarketError):
    """A complaint is not passed on for ever."""

    sentence = msgid("该投诉已经转办 %(most)s 次，不能再转办。请受理，或者决定不予受理并写明理由。")

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class AskedError(MarketError):
    """The other side was asked before."""

    sentence = msgid("已经请被投诉方说明过，投诉要点不能再改。请等待说明，或者直接提出处理意见。")


class NobodyToAskError(MarketError):
    """The complaint is against nobody in particular."""

    sentence = msgid("该投诉不针对具体单位，没有可以请其说明的一方。请直接提出处理意见。")


class NotAskedError(MarketError):
    """Nothing is found, for it or against it, before the accused was heard."""

    sentence = msgid(
        "请先写投诉要点请被投诉方说明；说明期限届满，或者其表示不再补充后，再提出处理意见。"
    )


class UnreadError(MarketError):
    """Nobody retells, verifies or judges what nobody read."""

    sentence = msgid(
        "本单位还没有人查看过这件投诉的原文和联系方式，不能办理这一步。"
        "请先在“查看投诉人和原文”登记用途并查看。"
    )


class ReplyUnreadError(MarketError):
    """Nobody is found malicious by somebody who did not read what was said to it."""

    sentence = msgid(
        "投诉人已经提交说明，您还没有查看，不能认定。请先在“查看投诉人和原文”登记用途并查看说明，"
        "并在决定的理由里回应。"
    )


class NotYourFindingError(MarketError):
    """Only whoever proposed a finding takes it back; the other person drops it."""

    sentence = msgid("恶意投诉的认定只能由提出的人撤回。不同意的，由另一人决定不予认定。")


class StillSpeakingError(MarketError):
    """Whoever was asked has its whole term."""

    sentence = msgid(
        "被投诉方的说明期限到 %(at)s。期限届满，或者被投诉方表示不再补充后，再提出处理意见。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class TellingWordsError(MarketError):
    """What others read names nobody who complained."""

    sentence = msgid(
        "这段文字别人会看到，其中有投诉人的姓名、单位、电话，或者手机号、身份证号、电子邮箱。"
        "请删去后再提交；平台没有保存这段文字。"
    )

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class CopiedWordsError(MarketError):
    """A complainant's own words tell the other side who wrote them."""

    sentence = msgid(
        "这段文字别人会看到，其中连续 %(most)s 个以上的字与投诉原文相同，可能让人认出投诉人。"
        "请用自己的话写。"
    )

    def __init__(self, field: str, most: int) -> None:
        super().__init__(field=field, most=most)


class WinnerNotHeardError(MarketError):
    """No award is taken from a firm that was not heard."""

    sentence = msgid(
        "取消中选前须先听取中选机构的意见：请先“请中选机构陈述意见”，"
        "期限届满，或者其表示不再补充后，再提出处理意见。"
    )

    def __init__(self) -> None:
        super().__init__(field="remedy")


class NobodyToHearError(MarketError):
    """There is no firm beside the accused that could lose an award by it."""

    sentence = msgid(
        "该投诉没有需要另外听取意见的中选机构：中选机构是被投诉方的，请其作为被投诉方说明；"
        "理由不是程序或者摇号的，不会因此取消中选。"
    )


class ReplyOverError(MarketError):
    """The time to reply is over."""

    sentence = msgid("说明期限已于 %(at)s 届满。有新的材料，请直接送交办理投诉的主管部门。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class RepliedError(MarketError):
    """Whoever said that it adds nothing, adds nothing."""

    sentence = msgid(
        "贵单位已经表示不再补充、同意提前决定。另有材料的，请直接送交办理投诉的主管部门。"
    )


class RemedyNotOpenError(MarketError):
    """The rules do not allow what is proposed."""

    sentence = msgid(
        "该投诉不能取消中选：只有成立、针对中选结果、理由属于异议理由的才能取消；"
        "理由只有中选机构能够答复的，须以该机构为被投诉人、听取其意见后才能取消；"
        "摇号经验证程序重新计算无误的，不得以摇号有误为由取消。"
    )

    def __init__(self) -> None:
        super().__init__(field="remedy")


class ClauseMissingError(MarketError):
    """What is upheld rests on a rule."""

    sentence = msgid("认为成立或者部分成立的，请写明依据的规定和条款。")

    def __init__(self) -> None:
        super().__init__(field="clause")


class FactMissingError(MarketError):
    """A procedure is found wrong only in what the list names."""

    sentence = msgid("以程序不合规定取消中选的，请从列出的事实中选择一项。")

    def __init__(self) -> None:
        super().__init__(field="fact")


class AnnulledOftenError(MarketError):
    """The results of a need are not annulled again and again."""

    sentence = msgid(
        "本需求的选取结果已因程序原因取消过 %(count)s 次，达到上限，不能再以程序为由取消。"
    )

    def __init__(self, count: int) -> None:
        super().__init__(field="remedy", count=count)


class NotRejectedError(MarketError):
    """Only a complaint that was found wrong can have been a malicious one."""

    sentence = msgid("只有决定不成立的投诉，才能提出恶意投诉的认定；不成立本身不是恶意。")


class NotHeardError(MarketError):
    """The complainant still has time to reply."""

    sentence = msgid("投诉人说明的期限到 %(at)s。收到说明或者期限届满后再决定。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class ImportFaultyError(MarketError):
    """A list with a faulty line enters nothing."""

    sentence = msgid("清单有问题，整份没有导入。请按下面逐行列出的问题改正后重新上传。")

    def __init__(self) -> None:
        super().__init__(field="file")


class ImportOverError(MarketError):
    """A list is confirmed once."""

    sentence = msgid("这份清单已经导入或者放弃。需要再导入的，请重新上传。")


class NotYourProposalError(MarketError):
    """Only whoever proposed takes it back; the other person sends it back."""

    sentence = msgid("处理意见只能由提出的人撤回。不同意的，由作出决定的人退回重新办理。")
