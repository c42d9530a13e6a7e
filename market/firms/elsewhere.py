"""A registration as one city's market hands it to another's: a text that the first one signs.

Pure functions, no I/O. The text is what the data platform's files are, under a first line of its
own: no checkpoint of a log begins like that, so its key cannot be made to sign one.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from market.errors import MarketError, msgid
from market.firms.entry import FactField, FactValue, to_text
from market.firms.held import KINDS, NATURES, HeldLicence
from market.firms.rules import FirmNature

FIRST_LINE: Final = "zjcs/registration/v1"
CARRIED: Final = (
    FactField.NAME,
    FactField.LEGAL_REPRESENTATIVE,
    FactField.REGISTERED_ON,
    FactField.BUSINESS_UNTIL_ON,
    FactField.REGISTERING_AUTHORITY,
    FactField.REGISTERED_ADDRESS,
    FactField.BUSINESS_SCOPE,
)


class NotARegistrationError(MarketError):
    """The file is no registration that a market signed."""

    sentence = msgid(
        "这不是其他城市中介超市导出的入驻资料，或者内容已被改动。请在原城市重新下载，原样上传。"
    )

    def __init__(self) -> None:
        super().__init__(field="file")


class NotListedHereError(MarketError):
    """Only what this city has listed can be recognised elsewhere."""

    sentence = msgid("机构当前状态为“%(state)s”。入驻生效后才能下载供其他城市互认的资料。")

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class UnknownCityError(MarketError):
    """No city that this one recognises signed it."""

    sentence = msgid("本市没有与签发城市互认，或者签名不符。请照常填报入驻资料。")

    def __init__(self) -> None:
        super().__init__(field="file")


class AnotherFirmError(MarketError):
    """It is another firm's."""

    sentence = msgid("这份资料属于另一家机构（%(code)s）。请上传本机构的入驻资料。")

    def __init__(self, code: str) -> None:
        super().__init__(field="file", code=code)


def written(
    facts: Mapping[FactField, FactValue],
    licences: Iterable[HeldLicence],
    *,
    code: str,
    source: str,
    as_of_on: str,
) -> str:
    """Return a registration as the text that a market signs.

    Args:
        facts: The firm's facts.
        licences: Those that the operator has confirmed.
        code: The firm's credit code.
        source: The market that says so.
        as_of_on: The day, in ISO form.

    Returns:
        Two lines: what it is, and canonical JSON.

    Source: platform default.
    """
    kinds = {kind: word for word, kind in KINDS.items()}
    natures = {nature: word for word, nature in NATURES.items()}
    body: dict[str, object] = {"code": code, "source": source, "as_of_on": as_of_on}
    body |= {one.value: text for one in CARRIED if (text := to_text(facts[one]))}
    if isinstance(nature := facts[FactField.NATURE], FirmNature):
        body["nature"] = natures[nature]
    if capital := facts[FactField.REGISTERED_CAPITAL_FEN]:
        body["registered_capital_fen"] = capital
    body["licences"] = [
        {
            "kind": kinds[one.kind],
            "name": one.name,
            "grade": one.grade,
            "number": one.number,
            "issuer": one.issuer,
            "valid_from_on": one.valid_from_on.isoformat(),
        }
        | ({"major": one.major} if one.major else {})
        | ({"valid_to_on": one.valid_to_on.isoformat()} if one.valid_to_on else {})
        for one in licences
        if one.kind in kinds
    ]
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{FIRST_LINE}\n{plain}\n"


def body_of(text: str) -> bytes:
    """Return the body of a registration's text.

    Args:
        text: What a market signed.

    Returns:
        The JSON, which ``held.parse`` reads.

    Raises:
        NotARegistrationError: It was signed as something else.

    Source: platform default.
    """
    first, _, rest = text.partition("\n")
    if first != FIRST_LINE or rest.count("\n") != 1:
        raise NotARegistrationError
    return rest.rstrip("\n").encode()
