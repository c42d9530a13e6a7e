"""The words a firm signs with its declaration. A new wording gets a new version.

Source: platform default; the duties it names are those of this market's own rules.
"""

from typing import Final

VERSION: Final = "platform-affiliations-2024-1"
TEXT: Final = (
    "本机构承诺：所申报的实际控制人、股东、法定代表人、办公场所、联系电话、基本存款账户，"
    "以及与行政机关、项目业主的联系，真实、准确、完整；发生变化的，在下一次报名之前重新申报。\n"
    "本机构知悉：受同一控制人控制的机构在一次摇号中只有一张号票；与项目业主有利害关系的，"
    "不参加该次摇号；申报不实的，依照信用规则处理。"
)
