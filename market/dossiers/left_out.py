"""What a dossier does not hold, table by table, and why: both sides of the contract read it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.errors import msgid

BUNDLE: Final = msgid("在摇号验证包（ismdraw.zip）里，可以离线验证")
NOTICE: Final = msgid("写在采购公告里，公告原文在卷宗里")
INSIDE: Final = msgid("单位内部或者主管部门内部的办理过程，结论已列入卷宗")
SECRET: Final = msgid("依规则保密：评审专家、异议人、提问人、未开启的评价和回访")
PEOPLE: Final = msgid("含在场人员姓名等个人信息，文件的摘要在公开日志")
HEARD: Final = msgid("当事方的陈述只给决定异议的人看，决定的理由写明是否采纳")
CREDIT: Final = msgid("属于机构的信用档案，另行立卷，文书只给当事机构")
RESULT: Final = msgid("公布的复评结果在卷宗里，结果中有各评审表；评审专家只列代号")
COMPLAINT: Final = msgid("投诉另行立卷，保护投诉人；因投诉冻结和恢复的情况在项目历程和公开日志里")
PLATFORM: Final = msgid("平台发送、排队和核对用的数据，不是案件材料")

# By table. A table that refers to a case and stands neither in a part nor here fails a test.
LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "draw", "draw_contributor", "contributor_absence", "draw_replacement",
                "draw_replacement_cut", "draw_entry", "draw_file", "draw_cut", "draw_exclusion",
                "draw_exclusion_step", "draw_place", "phi_proof", "enrolment", "quote_seal",
                "quote_opening", "quote_verdict", "live_bid", "bid_verdict", "score_verdict",
            ),
            BUNDLE,
        ),
        **dict.fromkeys(("need", "notice", "need_part", "need_justification"), NOTICE),
        **dict.fromkeys(
            (
                "need_return", "need_examination", "need_change", "need_withdrawal",
                "need_sketch", "need_recusal", "direct_event", "card_withdrawal",
            ),
            INSIDE,
        ),
        **dict.fromkeys(
            (
                "panel", "panel_candidate", "panel_entry", "panel_file", "panel_cut", "panel_seat",
                "proposal", "score_sheet", "score_draft", "award_objection_evidence",
                "rating_seal", "rating_call_back", "rating_call", "rating_cover",
            ),
            SECRET,
        ),
        **dict.fromkeys(("award_objection_hearing",), HEARD),
        **dict.fromkeys(("draw_venue", "draw_minutes"), PEOPLE),
        **dict.fromkeys(("breach",), CREDIT),
        **dict.fromkeys(("rereview_sheet", "rereview_result"), RESULT),
        **dict.fromkeys(
            ("complaint", "complaint_step", "complaint_opening", "complaint_abuse"), COMPLAINT
        ),
        **dict.fromkeys(("letter_file", "letter_file_due", "dossier", "dossier_file"), PLATFORM),
    }
)  # fmt: skip
