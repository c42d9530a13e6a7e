"""What is refused about notices of holidays: a class per reason."""

from datetime import date

from market.errors import MarketError, msgid


class IllegalImportMoveError(MarketError):
    """The import's state does not allow the move."""

    sentence = msgid("这份通知的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class FileRefusedError(MarketError):
    """The file can be read, but not put to use; the subclass says why."""

    def __init__(self, **facts: object) -> None:
        super().__init__(field="file", **facts)


class IssuedLaterError(FileRefusedError):
    """It says that it is issued on a later day."""

    sentence = msgid("发布日期 %(day)s 晚于今天。请核对通知原文后更正文件。")

    def __init__(self, day: date) -> None:
        super().__init__(day=day.isoformat())


class AlreadyAnnouncedError(FileRefusedError):
    """The year has a notice."""

    sentence = msgid(
        "%(year)s年已有放假通知（%(number)s）。如为年中调整，请在文件中写明“修改文号”后重新导入。"
    )

    def __init__(self, year: int, number: str) -> None:
        super().__init__(year=year, number=number)


class UnknownAmendedError(FileRefusedError):
    """No notice has the number that it amends."""

    sentence = msgid("%(year)s年没有文号为“%(number)s”的通知，无从修改。请核对“修改文号”和“年份”。")

    def __init__(self, number: str, year: int) -> None:
        super().__init__(year=year, number=number)


class YearLeftOutError(FileRefusedError):
    """A year between would have no notice."""

    sentence = msgid("导入%(year)s年之前，请先导入%(missing)s年的通知：中间不能缺年份。")

    def __init__(self, year: int, missing: int) -> None:
        super().__init__(year=year, missing=missing)


class NothingChangesError(FileRefusedError):
    """Every day is counted as before."""

    sentence = msgid("这份修改通知没有改变任何一天的安排，不需要导入。请核对文件。")


class ImportWaitsError(FileRefusedError):
    """A notice for the same year waits for its second person."""

    sentence = msgid("%(year)s年已有一份通知等待复核。请先由同事复核，再导入下一份。")

    def __init__(self, year: int) -> None:
        super().__init__(year=year)


class NoWordsError(MarketError):
    """It is not said why."""

    sentence = msgid("请写明理由（至少 5 个字），同事和日后的核查据此了解经过。")

    def __init__(self) -> None:
        super().__init__(field="words")


class UnusableNoticeError(FileRefusedError):
    """The calendar cannot be built with it."""

    sentence = msgid("这份通知与已有的放假安排不能并存：%(problems)s 请核对文件。")

    def __init__(self, problems: str) -> None:
        super().__init__(problems=problems)
