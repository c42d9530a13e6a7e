"""The forms of draws."""

import re
from collections.abc import Collection
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from market.draws.errors_values import SecretShownError
from market.draws.exclusion_rules import DECIDING, ExclusionStep
from market.draws.rules import ExclusionGround
from market.labels import label_of
from market.needs.forms import ground_choices
from market.web.errors import sentence_of
from market.web.forms import MarketForm, choice, long_text, radios, text

_HEX: Final = re.compile(r"[0-9a-fA-F]*")
_LONGEST_PASTE: Final = 2000
# How a contributor's key file begins; ``lottery.commands.contributor`` writes it, keys.js too.
KEY_FILE_LABEL: Final = "zjcs-contributor-secret"


class HexDigits:
    """A validator: so many hexadecimal digits, spaces and line ends apart."""

    def __init__(self, digits: int) -> None:
        self.digits = digits

    def __call__(self, form: object, field: Field) -> None:
        """Refuse anything else, and say how many digits there are."""
        del form
        field.data = "".join((field.data or "").split())
        if not _HEX.fullmatch(field.data):
            raise ValidationError(_l("只能含有 0-9 和 a-f。请重新完整粘贴。"))
        if len(field.data) != self.digits:
            raise ValidationError(
                _l(
                    "应为 %(wanted)s 位十六进制，现有 %(found)s 位。请重新完整粘贴。",
                    wanted=self.digits,
                    found=len(field.data),
                )
            )


class EnrolForm(MarketForm):
    """Nothing to fill in: the button is the deed."""


class ObjectForm(MarketForm):
    """Why a group or an interest is wrong."""

    text = long_text(
        _l("异议的事实和理由"), 2000, hint=_l("写明事实、理由和证据，供核实。至少 20 个字。")
    )


class DeclineForm(MarketForm):
    """Why a winner gives its place up."""

    reason = long_text(_l("放弃理由"), 500, hint=_l("写入递补公告，并记入信用记录。"), public=True)


class WithdrawNeedForm(MarketForm):
    """Why an owner takes a published need back."""

    ground = choice(_l("取消原因"), [])
    reason = long_text(_l("撤回理由"), 1000, hint=_l("至少 5 个字。"), public=True)

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.ground.choices = ground_choices()


class VenueForm(MarketForm):
    """Where to attend a draw, or to watch it."""

    place = text(
        _l("到场地点"),
        200,
        hint=_l("写到楼层、房间。时间就是公告的开奖时刻，请提前到场。"),
        public=True,
    )
    video = text(_l("直播或录像的网址"), 300, hint=_l("内网地址，没有的留空。"), optional=True)


class MinutesForm(MarketForm):
    """Who witnessed a draw."""

    witnesses = long_text(
        _l("到场见证"),
        2000,
        hint=_l("每行一位，写“身份：单位”，例如“公证员：示范市公证处”，不要写姓名。"),
        public=True,
    )
    names = long_text(
        _l("见证人姓名（不公开）"),
        1000,
        hint=_l("留在案卷里，不公开，不写入公开日志。"),
        optional=True,
    )
    recording = text(
        _l("录像文件的 SHA-256"),
        64,
        hint=_l("64 位十六进制，没有录像的留空。录像由运营机构保存，公众可据此核对。"),
        optional=True,
    )

    def validate_recording(self, field: Field) -> None:
        """Take 64 hexadecimal digits, or nothing."""
        if field.data:
            HexDigits(64)(self, field)


class CourierForm(MarketForm):
    """A beacon's round and signature, as somebody carried them here."""

    evidence = long_text(
        _l("轮次与签名"),
        _LONGEST_PASTE,
        hint=_l("先写轮次，再写 96 位十六进制签名；也可以整段粘贴信标服务器返回的 JSON。"),
    )


class NumbersForm(MarketForm):
    """The numbers of a public lottery, as one of two officers read them."""

    numbers = long_text(
        _l("开奖号码"), 400, hint=_l("20 个号码，1 至 80，不分先后，用空格或逗号分开。")
    )
    source = text(
        _l("号码出处"), 200, hint=_l("例如某报某日第几版、某频道开奖节目、官方网站。"), public=True
    )


class IssueForm(MarketForm):
    """The issue of a public lottery; only mode B asks for it."""

    issue = text(_l("开奖期号"), 20)


class CallOffForm(MarketForm):
    """The written order to call off a draw whose last value is lost."""

    authority = text(_l("作出决定的机关"), 100)
    order = long_text(
        _l("书面决定全文"), 4000, hint=_l("至少 20 个字，逐字录入。公开日志记录其哈希。")
    )


class ContributorKeyForm(MarketForm):
    """The public half of a contributor's key, and a signature that shows who holds the other."""

    public_key = text(_l("公钥"), 200, hint=_l("64 位十六进制。私钥只留在贵单位，不要上传。"))
    proof = long_text(_l("持有证明"), _LONGEST_PASTE, hint=_l("128 位十六进制，用这把密钥签名。"))

    def validate_public_key(self, field: Field) -> None:
        """Ask for 32 bytes; a key file's content is refused by name, and not shown again."""
        _refuse_secret(field)
        HexDigits(64)(self, field)

    def validate_proof(self, field: Field) -> None:
        """Ask for 64 bytes."""
        _refuse_secret(field)
        HexDigits(128)(self, field)


def _refuse_secret(field: Field) -> None:
    if KEY_FILE_LABEL in (field.data or ""):
        field.data = ""
        raise ValidationError(sentence_of(SecretShownError()))


class CommitForm(MarketForm):
    """A contributor's commitment and its signature."""

    commit = long_text(_l("承诺值"), _LONGEST_PASTE, hint=_l("64 位十六进制。"))
    signature = long_text(_l("签名"), _LONGEST_PASTE, hint=_l("128 位十六进制。"))

    def validate_commit(self, field: Field) -> None:
        """Ask for 32 bytes."""
        HexDigits(64)(self, field)

    def validate_signature(self, field: Field) -> None:
        """Ask for 64 bytes."""
        HexDigits(128)(self, field)


class FirmCommitForm(MarketForm):
    """A firm's commitment: the enrolment vouches for it, and nothing is signed."""

    commit = long_text(_l("承诺值"), _LONGEST_PASTE, hint=_l("64 位十六进制。"))

    def validate_commit(self, field: Field) -> None:
        """Ask for 32 bytes."""
        HexDigits(64)(self, field)


class RevealForm(MarketForm):
    """The value that a commitment hid."""

    value = long_text(_l("封存的数"), _LONGEST_PASTE, hint=_l("64 位十六进制。"))

    def validate_value(self, field: Field) -> None:
        """Ask for 32 bytes."""
        HexDigits(64)(self, field)


class ProofForm(MarketForm):
    """The supervisor's VRF proof."""

    proof = long_text(_l("证明值"), _LONGEST_PASTE, hint=_l("命令输出的 160 位十六进制。"))

    def validate_proof(self, field: Field) -> None:
        """Ask for 80 bytes."""
        HexDigits(160)(self, field)


class SupervisorKeyForm(ProofForm):
    """A supervisor's public key, with the proof that its secret half is held."""

    public_key = text(_l("公钥"), 200, hint=_l("64 位十六进制。私钥请勿带离监督机构，也不要上传。"))

    def validate_public_key(self, field: Field) -> None:
        """Ask for 32 bytes."""
        HexDigits(64)(self, field)


class ExcludeForm(MarketForm):
    """An officer's decision that a firm may not be in a draw."""

    firm_code = text(_l("统一社会信用代码"), 40)
    ground = choice(
        _l("排除理由"),
        [
            ("", _l("请选择")),
            *((ground.value, _l(label_of(ground).text)) for ground in ExclusionGround),
        ],
    )
    basis = text(
        _l("依据的编号"),
        60,
        hint=_l(
            "案件编号、决定文号或者证据文件的编号。"
            "本平台的案件、投诉、文书，只能填写针对该机构、已经决定的。"
        ),
        public=True,
    )
    evidence = long_text(
        _l("事实与证据"), 1000, hint=_l("至少 10 个字。机构和监督机构可以看到，请勿写入个人信息。")
    )


class DecideExclusionForm(MarketForm):
    """What a second person does about a proposed exclusion."""

    step = radios(_l("办理"), [(step.value, _l(label_of(step).text)) for step in DECIDING])
    words = long_text(
        _l("理由"),
        1000,
        optional=True,
        hint=_l(
            "机构没有提出异议的，复核通过可以不填；其他办理至少 10 个字。"
            "机构提出异议的，这里就是对异议的答复，机构和监督机构可以看到。"
        ),
    )

    def offer(self, steps: Collection[ExclusionStep]) -> None:
        """Show only what can be done now."""
        self.step.choices = [(step.value, gettext(label_of(step).text)) for step in steps]


class ExclusionObjectionForm(MarketForm):
    """Why a firm should not be excluded."""

    words = long_text(_l("异议的事实和理由"), 1000, hint=_l("至少 10 个字。"))
