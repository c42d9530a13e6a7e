"""What a check says: an outcome and its reasons, in Chinese and in English."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lottery.errors import LotteryError


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in two languages."""

    zh: str
    en: str


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FLAGGED = "flagged"
    FAILED = "failed"
    BLOCKED = "blocked"


TITLES: Final = {
    "V1": Said(
        "检查点由日志签名，并达到您所信任的见证人数",
        "The checkpoints are signed by the log and by the quorum of your own policy",
    ),
    "V2": Said(
        "所有条目均在日志中，日志只增不改",
        "All entries are in the log, and the log only grew",
    ),
    "V3": Said(
        "一次采购的每次抽取只有一份公告，再次抽取须承接上次的终止",
        "One notice for each need and attempt; an attempt follows the calling-off of the last",
    ),
    "V4": Said(
        "随机来源与时间在报名前已定，冻结时未变",
        "Source and time of the last value were fixed before enrolment and did not change",
    ),
    "V5": Said(
        "名单冻结与揭示早于随机值可知之时，次序无误",
        "List and reveals were fixed before the last value could be known, in the right order",
    ),
    "V6": Said(
        "名单与报名逐一对应，无遗漏，无添加",
        "The list opens precisely the logged enrolments: nobody left out or slipped in",
    ),
    "V7": Said(
        "各方的承诺在截止前作出，揭示与承诺相符",
        "Contributions were committed to before the close, and reveals open them",
    ),
    "V8": Said("随机值的证据属实", "The evidence of the last value is genuine"),
    "V9": Said("种子可以重新算出", "The seed can be recomputed"),
    "V10": Said(
        "只有一份结果，与重新计算的次序一致",
        "There is one result, and it is the recomputed order",
    ),
    "V11": Said(
        "候补依次递补，每次空缺均有记录的理由",
        "Alternates moved up in order, each vacancy with a logged reason",
    ),
    "V12": Said(
        "没有在随机值可知之后终止抽取",
        "No draw was called off once its last value could be known",
    ),
    "V13": Said(
        "报名与承诺都在期内，没有步骤早于公告的时刻；晚了的步骤会标明",
        "Enrolments and commitments came in time, and no step came early; late steps are marked",
    ),
    "V14": Said(
        "没有未知的类型、版本、成员或损坏的文件",
        "No unknown type, version or member, and no damaged file",
    ),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One named check of a draw, done.

    ``ok`` is true for PASSED and for FLAGGED: what is flagged does not make the result wrong,
    and a reader must be told of it. BLOCKED could not be done because another check failed.
    """

    name: str
    outcome: Outcome
    detail: Said

    @property
    def ok(self) -> bool:
        """Whether the check holds."""
        return self.outcome in {Outcome.PASSED, Outcome.FLAGGED}

    @property
    def title(self) -> Said:
        """What the check is about, in one line."""
        return TITLES[self.name]


class BlockedError(LotteryError):
    """A check needs something that another check has found missing or wrong."""

    def __init__(self, name: str) -> None:
        super().__init__(f"could not be checked because {name} failed")
        self.name = name


class Findings:
    """Collects what one check finds."""

    def __init__(self) -> None:
        self.faults: list[Said] = []
        self.flags: list[Said] = []
        self.facts: list[Said] = []

    def fault(self, zh: str, en: str) -> None:
        """Note a reason to fail."""
        self.faults.append(Said(zh, en))

    def flag(self, zh: str, en: str) -> None:
        """Note what a reader must be told although the check holds."""
        self.flags.append(Said(zh, en))

    def fact(self, zh: str, en: str) -> None:
        """Note what was found to be right."""
        self.facts.append(Said(zh, en))

    def require(self, holds: object, zh: str, en: str) -> None:
        """Note a reason to fail unless something holds."""
        if not holds:
            self.fault(zh, en)

    def as_check(self, name: str) -> Check:
        """Return the check that these findings amount to."""
        said = self.faults + self.flags + self.facts
        if self.faults:
            outcome = Outcome.FAILED
        elif self.flags:
            outcome = Outcome.FLAGGED
        else:
            outcome = Outcome.PASSED
        detail = Said("；".join(s.zh for s in said), "; ".join(s.en for s in said))
        return Check(name, outcome, detail)


def blocked(name: str, by: str) -> Check:
    """Return a check that could not be done because another failed."""
    return Check(name, Outcome.BLOCKED, Said(f"因 {by} 未通过而无法核对", f"needs {by}"))
