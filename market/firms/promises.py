"""The words a firm signs (告知承诺). A new wording gets a new version; signed ones keep theirs.

Source: platform default; the duties it names are those of this market's own rules.
"""

import hashlib
from typing import Final

VERSION: Final = "platform-2024-1"
TEXT: Final = """本机构申请入驻中介超市，已阅读并知悉入驻条件、运行规则和法律责任，现郑重承诺：
一、所填报的基本信息、资质、执业人员、服务时限和收费标准真实、准确、完整，与原件一致；情况变化的，及时更新。
二、依法独立承担民事责任，依法纳税和缴纳社会保险，不存在法律法规禁止从业的情形。
三、执业人员均在本机构实际执业，不挂靠、不出借资质，不转让中选业务。
四、按公开的收费标准收费，不在公开标准之外另立名目；按承诺的时限和质量提供服务。
五、与项目业主、审批部门有利害关系的，主动说明并回避；不串通、不行贿，不以不正当手段影响选取结果。
六、接受运营机构、行业主管部门和社会的监督。承诺不实或者违反承诺的，愿意承担相应的法律责任，接受信用记录和处理。"""

FEE_VERSION: Final = "platform-fees-2024-1"
FEE_TEXT: Final = """本机构公开上述收费标准，郑重承诺：
一、所公开的依据、计费方式、金额、效期和另收费用真实、完整。
二、对适用本标准的采购需求，收费不高于按本标准计算的金额；未列明的费用不另收。
三、调整收费标准的，重新公开并自生效日起执行，不影响已发布的采购需求和已签订的合同。
违反本承诺的，接受依照平台规则作出的处理。"""


def fee_promise_digest() -> str:
    """Return the SHA-256 of the promise that publishing a fee signs, in hex."""
    return hashlib.sha256(FEE_TEXT.encode()).hexdigest()
