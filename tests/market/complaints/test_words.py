"""What an authority writes for others to read tells nobody who complained."""

import pytest

from market.complaints import actions, queries
from market.complaints.actions import Proposal
from market.complaints.errors import (
    CopiedWordsError,
    NotAskedError,
    StillSpeakingError,
    TellingWordsError,
    UnreadError,
)
from market.complaints.rules import Against, Matter, Outcome, Refusal
from market.complaints.words import COPIED, is_copied
from tests.market.factories.complaints import (
    CONTACT,
    GROUNDLESS,
    NAME,
    STATEMENT,
    TEXT,
    accepted,
    again,
    do,
    filed,
    read,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import officers

SAYS_WHO = [
    f"{NAME}反映，{STATEMENT}",
    STATEMENT + "投诉人电话" + CONTACT,
    STATEMENT + "来电 139-0000-1234。",
    STATEMENT + "投诉人：蒋 某 某。",
    STATEMENT + "邮箱 someone@example.cn。",
]


@pytest.mark.parametrize("text", SAYS_WHO)
def test_nobody_is_named_to_whoever_is_asked(city, clock, text):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    with pytest.raises(TellingWordsError) as refused:
        do(city, officer, actions.ask, one, text)
    assert refused.value.field == "statement"
    assert NAME not in refused.value.sentence
    assert again(city, one).reply_by_at is None
    assert do(city, officer, actions.ask, one, STATEMENT).statement == STATEMENT


def test_the_original_is_not_handed_on_word_for_word(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    with pytest.raises(CopiedWordsError):
        do(city, officer, actions.ask, one, f"有人反映：{TEXT}")
    do(city, officer, actions.ask, one, STATEMENT)
    with pytest.raises(StillSpeakingError), city.work(officer) as work:
        said = Proposal(outcome=Outcome.REJECTED, reasons=GROUNDLESS)
        actions.propose(work, city.here, queries.handled(work, one.number), said)


@pytest.mark.parametrize("field", ["reasons", "measures"])
def test_a_decision_names_nobody_either(city, clock, field):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    one = filed(drawn, against=Against.NOBODY, matter=Matter.PROCEDURE).one
    one = accepted(city, one, officer)
    said = {"reasons": GROUNDLESS, "measures": "建议业主今后在公告中写明。"}
    said[field] += f"已告知{NAME}。"
    with pytest.raises(TellingWordsError) as refused, city.work(officer) as work:
        proposal = Proposal(outcome=Outcome.REJECTED, **said)
        actions.propose(work, city.here, queries.handled(work, one.number), proposal)
    assert refused.value.field == field


def test_an_organisation_s_name_is_one_too(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    (_, rival), *_ = [one for one in city.firms if one[1].actor != drawn.delegate.actor]
    one = filed(drawn, rival, name="", contact="").one
    with city.reading() as work:
        name = queries.name_of(work, rival.actor.org_id)
    one = accepted(city, one, officer)
    with pytest.raises(TellingWordsError):
        do(city, officer, actions.ask, one, f"{name}反映：{STATEMENT}")


def test_nobody_verifies_refuses_or_retells_what_nobody_read(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    one, keys = filed(drawn).one, city.here.keys
    deeds = [
        lambda work, row: actions.verify_contact(work, keys, row, "按所留电话联系到本人。"),
        lambda work, row: actions.propose_refusal(work, keys, row, Refusal.OTHER_ROUTE, GROUNDLESS),
    ]
    asked = [
        lambda work, row: actions.ask(work, keys, row, STATEMENT),
        lambda work, row: actions.propose(
            work, city.here, row, Proposal(outcome=Outcome.REJECTED, reasons=GROUNDLESS)
        ),
    ]
    for deed in deeds:
        with pytest.raises(UnreadError), city.work(officer) as work:
            deed(work, queries.handled(work, one.number))
    with city.work(officer) as work:
        actions.accept(work, keys, queries.handled(work, one.number))
    for deed in asked:
        with pytest.raises(UnreadError), city.work(officer) as work:
            deed(work, queries.handled(work, one.number))
    read(city, one, officer)
    with pytest.raises(NotAskedError), city.work(officer) as work:
        asked[1](work, queries.handled(work, one.number))
    with city.work(officer) as work:
        asked[0](work, queries.handled(work, one.number))
    assert again(city, one).statement == STATEMENT


def test_a_copy_is_as_many_letters_in_a_row_whatever_stands_between():
    original = "".join(chr(0x4E00 + number) for number in range(60))
    passage = original[10 : 10 + COPIED]
    assert is_copied(original, f"前文{passage}后文")
    assert is_copied(original, "，".join(passage))
    assert not is_copied(original, passage[:-1])
    assert not is_copied(passage[:-1], passage[:-1])
    assert not is_copied(original, passage[::-1])
