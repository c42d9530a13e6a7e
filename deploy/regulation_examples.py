"""Write the worked examples of cities' instruments, ``docs/regulations/examples/``.

``.venv/bin/python -m deploy.regulation_examples`` writes them anew when the instrument they
replace has changed. They are examples: nobody has enacted them, and no installation loads them.
What a public source says of a place is in the values below, each to be confirmed; everything
else is the platform's default, and the files say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from market.regulations import Clause, current
from market.regulations.drafting import Head, draft

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "regulations" / "examples"
REPLACED: Final = "platform-market-process-2024"
# A day on which an example would begin; no place has decided on it.
FIRST: Final = date(2027, 7, 1)
REMARKS: Final = (
    "示例，不是任何地方的现行规定，系统不会加载。施行日期为示例。",
    "写明条款并标 confirm（待核）的，是公开材料里读到的；其余是平台默认值。",
    "由 deploy/regulation_examples.py 生成。写法见 docs/regulations.md。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example: its head, and what the sources say."""

    head: Head
    values: Mapping[str, Clause]
    remarks: tuple[str, ...]


HUKOU: Final = Example(
    head=Head(
        id="example-hukou",
        title="示例：湖口县中介超市运行规则",
        issuer="湖口县人民政府办公室（示例）",
        document_number="湖府办发〔2025〕5号",
        source="湖口县中介服务机构负面行为清单及评分管理办法，湖口县人民政府网站2025年9月10日",
        effective_from=FIRST,
    ),
    values={
        "clock.refer_overdue_working_days": Clause(
            value=10,
            clause="一般违规行为第（5）项",
            confirm=True,
            note="超合同服务时间10个工作日以上列为一般违规",
        ),
    },
    remarks=("来源列出的分值未能读到，记分规则仍用平台默认值（platform-credit-2024）。",),
)
HUIZHOU: Final = Example(
    head=Head(
        id="example-huizhou",
        title="示例：惠州市中介超市运行规则",
        issuer="惠州市（示例）",
        document_number="文号待核",
        source="关于惠州中介超市的报道，2017年6月14日；未读到文件原文",
        effective_from=FIRST,
    ),
    values={
        "amounts.large_from_fen": Clause(
            value=50_000_000,
            clause="报道所述，条号待核",
            confirm=True,
            note="不足50万元的公开随机选取，50万元以上的竞价",
        ),
    },
    remarks=("报道没有说明公告时限、最少报名家数等，均为平台默认值。",),
)


def texts() -> dict[str, str]:
    """Return what each generated file must say, by its name."""
    old = current().by_id(REPLACED)
    return {
        f"{name}.toml": draft(old, example.head, example.values, REMARKS + example.remarks)
        for name, example in (("hukou", HUKOU), ("huizhou", HUIZHOU))
    }


def main() -> None:
    """Write the files."""
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
