"""What a self-audit cannot compare with the log, said wherever its result is."""

from typing import Final

from market.errors import msgid

NOT_COMPARED: Final = msgid(
    "账号的开立（编号、单位和角色）、停用和重设密码写入日志，供各方查阅，自查不逐行核对账号表。"
    "以下内容没有写入日志，自查不能与日志核对：个人姓名和登录名；机构和企业的名称与资料；"
    "流标后业主为再次公告改写的需求；中选的公示、答复和签约期限；两人录入的开奖号码；"
    "另行抽取的完整次序，以及无人可递补时的种子；抽取所依据规则的编号；办理报名的账号；"
    "抽取以外各事项下次办理的时刻。其中记入记录表的，首次自查封存之后的改动会点名。"
)
"""Tables of record are sealed at 03:00, ``docs/adr/0031-sealed-rows.md``; others never are."""
