"""Why the monitor could not do its work. What it finds wrong with a platform is no error."""

from market.errors import MarketError, msgid


class MonitorError(MarketError):
    """The monitor could not work; the subclass says why."""


class UnreachableError(MonitorError):
    """The platform did not answer, or not in time."""

    sentence = msgid("平台没有应答（%(url)s：%(problem)s）。请检查网络和网址，稍后再试。")

    def __init__(self, url: str, problem: object) -> None:
        super().__init__(url=url, problem=problem)


class BadAnswerError(MonitorError):
    """The platform answered with something else than what was asked for."""

    sentence = msgid("平台的应答不能使用（%(url)s：%(problem)s）。请核对网址，并保留现场。")

    def __init__(self, url: str, problem: object) -> None:
        self.problem = str(problem)
        super().__init__(url=url, problem=problem)


class AddressError(MonitorError):
    """The URL is not one to follow."""

    sentence = msgid("网址 %(url)s 不能使用。请给出平台首页的地址，以 http:// 或 https:// 开头。")

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


class FolderInUseError(MonitorError):
    """Another monitor works in the folder."""

    sentence = msgid("文件夹 %(folder)s 正由另一个监测程序使用。请停止它，或换一个文件夹。")

    def __init__(self, folder: object) -> None:
        super().__init__(folder=folder)


class FolderDamagedError(MonitorError):
    """What the monitor kept was changed by somebody."""

    sentence = msgid(
        "监测文件夹 %(folder)s 中的记录已损坏（%(problem)s）。"
        "请保留它作为证据，从备份恢复，或换一个空文件夹重新开始。"
    )

    def __init__(self, folder: object, problem: object) -> None:
        super().__init__(folder=folder, problem=problem)


class PolicyFileError(MonitorError):
    """The policy file cannot be used."""

    sentence = msgid("信任文件 %(file)s 不能使用（%(problem)s）。请向公布它的单位重新取得。")

    def __init__(self, file: object, problem: object) -> None:
        super().__init__(file=file, problem=problem)


class NumbersFileError(MonitorError):
    """A line of the typed numbers cannot be read."""

    sentence = msgid(
        "%(file)s 第 %(line)s 行不能识别。应写作“期号: 号码 号码 …”，例如 2026310: 1 5 9。"
    )

    def __init__(self, file: object, line: int) -> None:
        super().__init__(file=file, line=line)
