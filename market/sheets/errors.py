"""Why a file is no table, and what is wrong with a cell. Each sentence says what to do."""

from market.errors import MarketError, msgid

NOT_CSV = msgid("这不是 CSV 文件，请在表格软件里另存为 CSV 再上传。")


class SheetError(MarketError):
    """A file that is not a table anyone could read."""

    sentence = msgid("文件无法读取：%(problem)s")

    def __init__(self, problem: str, **facts: object) -> None:
        super().__init__(problem=problem % facts if facts else problem, field="file")


class NotCsvError(SheetError):
    """A file of some other program where a table is expected."""

    sentence = NOT_CSV

    def __init__(self) -> None:
        super().__init__("")


class CellError(MarketError):
    """A cell that cannot be taken over."""


class EmptyCellError(CellError):
    """A required cell is empty."""

    sentence = msgid("未填写。此列为必填，请补填")


class LongCellError(CellError):
    """A cell is longer than the form allows."""

    sentence = msgid("超过 %(limit)s 个字，请缩短")

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class StrangeCellError(CellError):
    """A cell holds characters that are not text."""

    sentence = msgid("含有乱码、控制字符或不能出现在名称里的符号，请改为普通文字")


class FormulaCellError(CellError):
    """A cell holds a text that a spreadsheet would execute."""

    sentence = msgid("以“%(begins)s”开头，电子表格会当作公式执行。请改为普通文字")

    def __init__(self, begins: str) -> None:
        super().__init__(begins=begins)


class WordCellError(CellError):
    """A cell holds none of the words it may hold."""

    sentence = msgid("“%(text)s”不在可填的范围内，应为：%(allowed)s")

    def __init__(self, text: str, allowed: str) -> None:
        super().__init__(text=text[:40], allowed=allowed)


class DayCellError(CellError):
    """A cell is no day."""

    sentence = msgid("“%(text)s”不是有效的日期。请按 2015-06-01 的格式填写")

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:40])


class LaterDayCellError(CellError):
    """A cell is a day to come."""

    sentence = msgid("“%(text)s”晚于今天。请核对后填写已经发生的日期")

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:40])


class NumberCellError(CellError):
    """A cell is no number, or has too many places."""

    sentence = msgid("“%(text)s”不是可用的数字。请只填写不小于零的数字，最多 %(places)s 位小数")

    def __init__(self, text: str, places: int) -> None:
        super().__init__(text=text[:40], places=places)


class EmailCellError(CellError):
    """A cell is no address."""

    sentence = msgid("不是有效的电子邮箱，请按 name@example.cn 的格式填写")


class RoundedCodeError(CellError):
    """A code that a spreadsheet kept as a number has lost digits."""

    sentence = msgid("代码被 Excel 存为数字，末几位可能已丢失。请把该列设为“文本”格式后重新填写")


class TwiceInFileError(CellError):
    """The same thing stands in an earlier row."""

    sentence = msgid("与第 %(row)s 行重复。请删去其中一行")

    def __init__(self, row: int, field: str) -> None:
        super().__init__(row=row, field=field)
