"""The forms of progress reports, and of messages between the sides."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from market.web.forms import MarketForm, long_text, whole

_KINDS = _l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。可以不附。")


def attachment(label: str) -> FileField:
    """Return a field for one file that may be left out."""
    return FileField(label, description=_KINDS)


def chosen_file(field: FileField) -> FileStorage | None:
    """Return the file that was chosen, if one was."""
    data = field.data
    return data if isinstance(data, FileStorage) and data.filename else None


class ReportForm(MarketForm):
    """What the firm reports at a milestone."""

    percent = whole(_l("完成比例"), 0, 100)
    done = long_text(_l("完成情况"), 4000, hint=_l("按提示逐项填写，可以增删。"))
    obstacles = long_text(
        _l("问题和需要协调的事项"),
        2000,
        hint=_l("没有的不填。业主和主管部门可以看到。"),
        optional=True,
    )
    file = attachment(_l("附件"))


class MessageForm(MarketForm):
    """What one side writes to the other."""

    text = long_text(
        _l("内容"),
        4000,
        hint=_l("发出后不能修改、撤回；对方、事项主管部门、运营机构和监督机构可以看到。"),
    )
    file = attachment(_l("附件"))
