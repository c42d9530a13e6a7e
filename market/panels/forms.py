"""The forms of experts who were drawn."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from market.labels import label_of
from market.panels.model import Panel
from market.panels.rules import DeclineGround, PanelSubject
from market.web.forms import MarketForm, long_text, radios

LONGEST = 500


class AcceptForm(MarketForm):
    """The declaration with which an expert takes a seat."""

    declared = BooleanField(
        _l(
            "本人与业主和可能参加的机构没有利害关系；独立评分，评审结束前不与任何人谈论；"
            "评审中发现利害关系的，立即辞谢。"
        )
    )


class RereviewAcceptForm(AcceptForm):
    """The same for a re-review, whose sides the expert is not told."""

    declared = BooleanField(
        _l(
            "本人独立评审，评审结束前不与任何人谈论；评审中认出是谁的成果，或者发现与业主、中介机构、"
            "评审部门有利害关系的，立即辞谢。"
        )
    )


def accept_form(panel: Panel) -> type[AcceptForm]:
    """Return the form with which a seat of a panel is taken."""
    return RereviewAcceptForm if panel.subject is PanelSubject.REREVIEW else AcceptForm


class DeclineForm(MarketForm):
    """Why an expert does not sit."""

    ground = radios(_l("原因"), [])
    words = long_text(
        _l("说明"), LONGEST, hint=_l("写给运营机构看，不公开；不要写评审内容。"), optional=True
    )

    def offer(self) -> None:
        """Offer every ground."""
        self.ground.choices = [
            SelectChoice(one.value, gettext(label_of(one).text)) for one in DeclineGround
        ]
