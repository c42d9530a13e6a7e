"""Forms of letters."""

from flask_babel import lazy_gettext as _l
from wtforms.fields import FileField

from market.web.forms import MarketForm


class FileForm(MarketForm):
    """A PDF whose digest is compared; it is not kept."""

    file = FileField(_l("收到的 PDF 文件"), description=_l("只计算摘要作比对，不保存文件。"))
