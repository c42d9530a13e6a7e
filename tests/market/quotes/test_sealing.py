"""Sealing and opening: what each refuses, and what nobody with the database can read or change."""

import hashlib
import json
import re
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from market import regulations
from market.clock import beijing_day
from market.credit import jobs as credit
from market.credit.model import Breach
from market.credit.rules import BreachKind
from market.draws import jobs
from market.draws import queries as draws
from market.draws.errors import UnverifiableError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState
from market.needs.documents import fixed_terms
from market.needs.model import NeedFailure, Notice
from market.quotes import queries, sheets
from market.quotes.errors import (
    NotInDrawError,
    NotQuotedError,
    NotSealedError,
    OpenedAlreadyError,
    OpeningNotYetError,
    OpeningOverError,
    OpeningRefusedError,
    SealingClosedError,
    SealRefusedError,
    TooManySealsError,
)
from market.quotes.model import QuoteSeal, QuoteVerdict
from market.quotes.rules import QuoteState, Verdict
from market.selfaudit.compare import compare
from tests.market.draws.together import together
from tests.market.factories.draws import a_city, an_open_draw, enrol
from tests.market.factories.quotes import (
    QuoteFile,
    a_quote,
    a_quoted_draw,
    a_quoted_result,
    all_opened,
    close,
    freeze,
    number_of,
    open_,
    opening_by,
    seal,
    sealed,
)
from tests.market.factories.selection import selecting_from

SECOND = timedelta(seconds=1)


def verdicts_of(city, draw):
    with city.reading() as work:
        rows = work.session.scalars(
            select(QuoteVerdict.verdict)
            .join(Enrolment, Enrolment.id == QuoteVerdict.enrolment_id)
            .where(QuoteVerdict.draw_id == draw.id)
            .order_by(Enrolment.sequence)
        )
        return list(rows)


def state_of(city, draw, place):
    with city.reading() as work:
        return queries.state_of(work, draws.enrolments_of(work, draw)[place])


def test_the_opening_stands_between_the_close_and_the_freeze(city):
    draw = a_quoted_draw(city)
    until = opening_by(city, draw)
    assert until == draw.enrol_close_at + timedelta(minutes=120)
    assert until < draw.freeze_by_at < draw.phi_at
    sealed(city, draw, 90_000, 80_000, 70_000)
    close(city, draw)
    assert city.draw(draw.id).state is DrawState.CLOSED
    assert city.draw(draw.id).next_check_at == until
    city.clock.move_to(until - SECOND)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED


def test_a_quote_is_not_opened_before_the_close_is_logged_nor_after_its_time(city):
    draw = a_quoted_draw(city)
    quotes = sealed(city, draw, 90_000, 80_000, 70_000)
    people = [person for _, person in city.firms]
    city.clock.move_to(draw.enrol_close_at - SECOND)
    with pytest.raises(OpeningNotYetError):
        open_(city, draw, people[0], quotes[0])
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(OpeningNotYetError):
        open_(city, draw, people[0], quotes[0])
    with pytest.raises(SealingClosedError):
        seal(city, draw, people[0], quotes[0])
    jobs.run_due(city.here)
    open_(city, draw, people[0], quotes[0])
    with pytest.raises(OpenedAlreadyError):
        open_(city, draw, people[0], quotes[0])
    city.clock.move_to(opening_by(city, draw))
    with pytest.raises(OpeningOverError):
        open_(city, draw, people[1], quotes[1])
    jobs.run_due(city.here)
    with pytest.raises(OpeningOverError):
        open_(city, draw, people[1], quotes[1])


def test_only_the_last_seal_opens_and_only_as_it_was(city):
    draw = a_quoted_draw(city)
    first, *others = sealed(city, draw, 90_000, 80_000, 70_000)
    person = city.firms[0][1]
    last = a_quote(city, draw, person, 85_000)
    seal(city, draw, person, last)
    close(city, draw)
    cheaper = QuoteFile(last.notice, last.firm, last.amount_fen - 1, last.salt)
    salted = QuoteFile(last.notice, last.firm, last.amount_fen, first.salt)
    nothing = QuoteFile(last.notice, last.firm, 0, "x")
    for wrong in (first, cheaper, salted, nothing, *others):
        with pytest.raises(OpeningRefusedError):
            open_(city, draw, person, wrong)
    assert open_(city, draw, person, last).amount_fen == 8_500_000


def test_who_did_not_enrol_or_seal_can_open_nothing(city):
    draw = a_quoted_draw(city)
    sealed(city, draw, 90_000, 80_000, 70_000)
    outsider = city.firms[3][1]
    quote = a_quote(city, draw, outsider, 60_000)
    with pytest.raises(NotInDrawError):
        seal(city, draw, outsider, quote)
    enrol(city, draw, outsider)
    close(city, draw)
    with pytest.raises(NotSealedError):
        open_(city, draw, outsider, quote)
    assert state_of(city, draw, 3) is QuoteState.NONE


def test_what_is_no_commitment_and_too_many_of_them_are_refused(city):
    draw = a_quoted_draw(city)
    sealed(city, draw, 90_000)
    person = city.firms[0][1]
    with city.work(person) as work:
        found = work.session.get_one(Draw, draw.id)
        for wrong in ("", "0" * 63, "G" * 64, "0" * 64 + "\n"):
            with pytest.raises(SealRefusedError):
                _seal(work, found, wrong)
    for number in range(19):
        seal(city, draw, person, a_quote(city, draw, person, 90_000, str(number)))
    with pytest.raises(TooManySealsError):
        seal(city, draw, person, a_quote(city, draw, person, 90_000, "more"))


def test_rules_that_change_later_do_not_reach_back_to_a_notice(city, tmp_path):
    draw = a_quoted_draw(city)
    person = city.firms[0][1]
    enrol(city, draw, person)
    selecting_from(tmp_path / "rules", beijing_day(city.clock()), most_seals=1)
    try:
        for number in range(3):
            seal(city, draw, person, a_quote(city, draw, person, 90_000, str(number)))
        later = a_quoted_draw(city)
        enrol(city, later, person)
        seal(city, later, person, a_quote(city, later, person, 90_000))
        with pytest.raises(TooManySealsError):
            seal(city, later, person, a_quote(city, later, person, 90_000, "more"))
    finally:
        regulations.configure()


def test_a_notice_from_before_it_named_the_limit_stands_under_that_of_its_day(city, tmp_path):
    draw = a_quoted_draw(city)
    with city.reading() as work:
        notice = work.session.get_one(Notice, draw.notice_id)
        body = json.loads(notice.document)
    assert body["method"].pop("most_seals") == 20
    data = json.dumps(body).encode()
    digest = hashlib.sha256(data).hexdigest()
    old = Notice(document=data, digest=digest, published_at=notice.published_at)
    tomorrow = beijing_day(city.clock()) + timedelta(days=1)
    selecting_from(tmp_path / "rules", tomorrow, most_seals=1)
    try:
        assert fixed_terms(old).most_seals == 20
    finally:
        regulations.configure()


def _seal(work, draw, commitment):
    from market.quotes import actions  # noqa: PLC0415 - one place that hands in nonsense

    return actions.seal(work, draw, commitment)


def test_a_plain_lottery_takes_no_quotes(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    person = city.firms[0][1]
    quote = QuoteFile(number_of(city, draw), city.firms[0][0].code, 100, "0" * 64)
    with pytest.raises(NotQuotedError):
        seal(city, draw, person, quote)


def test_too_few_valid_quotes_end_the_draw_and_no_quote_is_published(city):
    draw = a_quoted_draw(city, floor_fen=5_000_000)
    quotes = sealed(city, draw, 90_000, 99_000, 49_999, 80_000)
    close(city, draw)
    for (_, person), quote in zip(city.firms[:3], quotes, strict=False):
        open_(city, draw, person, quote)
    draw = freeze(city, draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "too_few_eligible")
    assert verdicts_of(city, draw) == [
        Verdict.LOWEST,
        Verdict.ABOVE_CEILING,
        Verdict.BELOW_FLOOR,
        Verdict.NOT_OPENED,
    ]
    with city.reading() as work:
        failure = work.session.scalars(select(NeedFailure)).one()
        assert "有效报价 3 家" in failure.diagnosis
        assert draws.file_of(work, draw, sheets.FILE) is None


def test_equal_lowest_quotes_are_decided_by_the_draw_alone(city):
    draw = a_quoted_result(city, 70_000, 80_000, 70_000, 70_000)
    with city.reading() as work:
        places = draws.places_of(work, draw)
    assert len(places) == 3
    assert {firm.id for _, firm in places} == {city.firms[i][0].id for i in (0, 2, 3)}
    assert {award.price_fen for award in city.awards(draw.id)} == {7_000_000}


def test_whoever_holds_the_database_reads_no_quote_before_the_opening(city):
    """The law: neither the amount nor the salt is in any table, in any form."""
    draw = a_quoted_draw(city)
    quotes = sealed(city, draw, 87_654, 87_655, 87_656)
    path = path_of(city)
    for quote, is_there in ((quotes[0], True), (quotes[1], False), (quotes[2], False)):
        said = everything(path)
        assert quote.commitment in said
        assert quote.salt not in said
        for hidden in (quote.amount_fen, quote.amount_fen // 100):
            # Within a digest any five digits stand somewhere; a number stands by itself.
            assert not re.search(rf"(?<![0-9a-f]){hidden}(?![0-9a-f])", said)
        if is_there:
            close(city, draw)
            open_(city, draw, city.firms[0][1], quote)
            assert quote.salt in everything(path)


def path_of(city):
    return city.here.config.database_url.removeprefix("sqlite:///")


def everything(path):
    """Return every value of every row of a database as one text."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = [row[0] for row in found]
    rows = [row for name in tables for row in connection.execute(f'SELECT * FROM "{name}"')]
    connection.close()
    return "\n".join(_plain(value) for row in rows for value in row)


def _plain(value):
    return f"{value.decode('latin-1')}\n{value.hex()}" if isinstance(value, bytes) else str(value)


def tamper(city, statement, *values):
    """Change a row of record as only somebody with the database file can."""
    connection = sqlite3.connect(path_of(city))
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def test_the_database_itself_refuses_to_change_a_quote(city):
    draw = all_opened(city, 90_000, 80_000, 70_000)
    for table in ("quote_seal", "quote_opening"):
        with city.here.engine.begin() as connection, pytest.raises(Exception, match="record"):
            connection.execute(text(f"UPDATE {table} SET draw_id = {draw.id}"))


def test_a_commitment_changed_in_the_database_opens_nothing(city):
    draw = a_quoted_draw(city)
    sealed(city, draw, 90_000, 80_000, 70_000)
    person = city.firms[0][1]
    close(city, draw)
    cheap = a_quote(city, draw, person, 60_000)
    tamper(city, "UPDATE quote_seal SET commitment = ? WHERE id = 1", cheap.commitment)
    with pytest.raises(UnverifiableError):
        open_(city, draw, person, cheap)


TAMPERINGS = (
    "UPDATE quote_opening SET amount_fen = amount_fen - 100 WHERE id = 1",
    "UPDATE quote_opening SET salt = 'x' WHERE id = 1",
    "UPDATE quote_opening SET enrolment_id = 99 WHERE id = 1",
    "UPDATE quote_opening SET submission_id = 1 WHERE id = 1",
    "UPDATE quote_seal SET number = 2 WHERE id = 1",
    "UPDATE quote_seal SET enrolment_id = 2, number = 2 WHERE id = 1",
    "UPDATE quote_seal SET submission_id = 1 WHERE id = 1",
    "DELETE FROM quote_seal WHERE id = 1",
    "DELETE FROM quote_opening WHERE id = 1",
    "UPDATE notice SET digest = substr(digest, 2) || '0' WHERE id = 1",
    "UPDATE notice SET document = CAST(replace(CAST(document AS TEXT), 'quote_', '') AS BLOB)",
)


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_a_quote_changed_in_the_database_stops_the_freeze(city, statement):
    draw = all_opened(city, 90_000, 80_000, 70_000)
    until = opening_by(city, draw)
    tamper(city, statement)
    city.clock.move_to(until)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED


def test_a_seal_that_was_logged_after_the_close_does_not_count(city):
    draw = a_quoted_draw(city)
    sealed(city, draw, 90_000, 80_000, 70_000)
    enrol(city, draw, city.firms[3][1])
    close(city, draw)
    quote = a_quote(city, draw, city.firms[3][1], 60_000)
    with city.work(city.firms[3][1]) as work:
        enrolment = draws.enrolments_of(work, draw)[3]
        submission_id = _late(work, draw, enrolment, quote)
        work.session.add(
            QuoteSeal(
                draw_id=draw.id,
                enrolment_id=enrolment.id,
                number=1,
                commitment=quote.commitment,
                submission_id=submission_id,
                sealed_at=draw.enrol_close_at - SECOND,
                sealed_by_id=work.user_id,
            )
        )
    jobs.log.sequence(city.here)
    with pytest.raises(UnverifiableError):
        open_(city, draw, city.firms[3][1], quote)


def _late(work, draw, enrolment, quote):
    from market.journal import encode  # noqa: PLC0415 - what only a forger does
    from market.quotes.journal import QuoteSealed  # noqa: PLC0415

    entry = QuoteSealed(
        draw=draw.draw_hash,
        enrolment=enrolment.sequence,
        number=1,
        commitment=quote.commitment,
    )
    return work.submit(encode(entry, by="firm", at=work.now))


def test_bids_in_the_last_second_count_or_are_refused(here, clock):
    """R11, on both databases: what was acknowledged is judged, what was refused is not there."""
    city = a_city(here, clock, firms=3)
    draw = a_quoted_draw(city)
    people = [person for _, person in city.firms]
    quotes = sealed(city, draw, 90_000, 80_000, 70_000)
    clock.move_to(draw.enrol_close_at - SECOND)
    better = [a_quote(city, draw, person, 60_000 + i) for i, person in enumerate(people)]

    def press(place):
        if place == 3:
            clock.move_to(draw.enrol_close_at)
            return jobs.run_due(here)
        return seal(city, draw, people[place], better[place])

    got = together(4, press)
    jobs.run_due(here)
    final = [
        new if isinstance(answer, QuoteSeal) else old
        for answer, new, old in zip(got, better, quotes, strict=False)
    ]
    assert all(isinstance(a, QuoteSeal | SealingClosedError) for a in got[:3])

    def press_open(place):
        return open_(city, draw, people[place % 3], final[place % 3])

    opened = together(6, press_open)
    assert sum(not isinstance(each, Exception) for each in opened) == 3
    found = freeze(city, draw)
    assert found.state is DrawState.FROZEN
    lowest = min(quote.amount_fen for quote in final)
    expected = [Verdict.LOWEST if q.amount_fen == lowest else Verdict.HIGHER for q in final]
    assert verdicts_of(city, draw) == expected


def test_a_sealed_quote_that_is_not_opened_is_entered_in_the_ledger_once(city):
    draw = a_quoted_draw(city)
    quotes = sealed(city, draw, 90_000, 80_000, 70_000, 60_000)
    close(city, draw)
    for (_, person), quote in zip(city.firms[:3], quotes, strict=False):
        open_(city, draw, person, quote)
    draw = freeze(city, draw)
    assert draw.state is DrawState.FROZEN
    for expected in (1, 0):
        assert credit.sweep(city.here) == expected
    with city.reading() as work:
        breach = work.session.scalars(select(Breach)).one()
    assert (breach.kind, breach.firm_id) == (BreachKind.QUOTE_NOT_OPENED, city.firms[3][0].id)


def test_an_honest_selection_shows_no_difference_in_the_nightly_audit(city):
    draw = a_quoted_result(city, 70_000, 80_000, 75_000)
    assert compare(city.here).differences == ()
    tamper(city, "UPDATE award SET price_fen = 9800000")
    tamper(city, "UPDATE draw_file SET body = CAST('{}' AS BLOB) WHERE name = 'selection.json'")
    assert {(one.table, one.column) for one in compare(city.here).differences} >= {
        ("award", "price_fen"),
        ("draw_file", "body"),
    }
    assert draw.state is DrawState.DRAWN
