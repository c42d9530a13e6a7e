"""Proposals: one PDF without a name, replaced until the close, read by nobody else before it."""

import json

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)
from sqlalchemy import select, text

from market import log, regulations
from market.clock import beijing_day
from market.draws import jobs
from market.draws.rules import DrawState
from market.files import BrokenFileError, EmptyFileError, EncryptedFileError
from market.scoring import naming, queries
from market.scoring.errors import (
    HandingInClosedError,
    NotBlindError,
    NotInScoringError,
    NotPdfError,
    NotScoredError,
    OddProposalError,
    TellingProposalError,
    TooManyPagesError,
    TooManyProposalsError,
)
from market.scoring.model import Proposal
from market.selfaudit.compare import compare
from tests.market.factories.documents import a_picture, an_encrypted_pdf, written
from tests.market.factories.draws import an_open_draw, enrol
from tests.market.factories.panels import a_pool, a_scored_draw
from tests.market.factories.proposals import a_proposal, hand_in, hand_in_all
from tests.market.factories.scoring import a_sheet, hand_in_sheet, seated
from tests.market.factories.selection import selecting_from


@pytest.fixture
def draw(city):
    a_pool(city)
    draw = a_scored_draw(city)
    enrol(city, draw)
    return draw


def stored(city):
    with city.reading() as work:
        return list(work.session.scalars(select(Proposal).order_by(Proposal.id)))


def test_the_last_proposal_before_the_close_counts_and_the_log_names_nobody(city, draw):
    firm, person = city.firms[1]
    hand_in(city, draw, person)
    second = hand_in(city, draw, person, a_proposal("Another plan", pages=3))
    assert (second.number, second.pages) == (2, 3)
    log.sequence(city.here)
    with city.reading() as work:
        body = log.body_of(work, second.submission_id)
        found = queries.to_be_scored(work, draw)
    assert list(found) == [1]
    assert found[1].id == second.id
    said = json.loads(body)
    assert (said["enrolment"], said["number"], said["by"]) == (1, 2, "firm")
    assert said["document_digest"] == second.digest
    assert firm.code not in body.decode()
    assert person.user.username not in body.decode()


def test_nothing_is_taken_from_the_closing_second_on(city, draw):
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(HandingInClosedError, match="不能再提交方案"):
        hand_in(city, draw, city.firms[0][1])
    assert stored(city) == []


def test_only_who_is_enrolled_hands_in_and_only_where_a_panel_scores(city):
    a_pool(city)
    draw = a_scored_draw(city)
    with pytest.raises(NotInScoringError):
        hand_in(city, draw, city.firms[0][1])
    lottery = an_open_draw(city, project_code="2603-440100-04-02-000009", project_name="另一项目")
    enrol(city, lottery, city.firms[0][1])
    with pytest.raises(NotScoredError):
        hand_in(city, lottery, city.firms[0][1])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyFileError),
        (b"%PDF-1.7\nnonsense", BrokenFileError),
        (an_encrypted_pdf(), EncryptedFileError),
        (a_proposal(pages=201), TooManyPagesError),
    ],
    ids=["empty", "broken", "encrypted", "long"],
)
def test_a_file_that_nobody_could_read_is_refused(city, draw, data, error):
    with pytest.raises(error):
        hand_in(city, draw, city.firms[0][1], data)
    assert stored(city) == []


def test_a_picture_is_no_proposal(city, draw):
    with pytest.raises(NotPdfError):
        hand_in(city, draw, city.firms[0][1], a_picture("PNG"), name="方案.png")


def test_a_proposal_that_says_whose_it_is_is_refused(city, draw):
    firm, person = city.firms[0]
    for data in (
        a_proposal(f"by {firm.code[:9]} {firm.code[9:]}"),
        a_proposal(author=firm.name),
        a_proposal(title=f"{firm.name}方案"),
        a_proposal("call 13800138000"),
        a_proposal("mail someone@example.cn"),
    ):
        with pytest.raises(TellingProposalError, match="不署名"):
            hand_in(city, draw, person, data)
    with pytest.raises(NotBlindError):
        hand_in(city, draw, person, blind=False)
    assert stored(city) == []
    hand_in(city, draw, person, a_proposal("Plan 2603-440100-04-01-100001"))


def test_rules_that_change_later_do_not_reach_back_to_a_notice(city, draw, tmp_path):
    day = beijing_day(city.clock())
    selecting_from(tmp_path / "rules", day, most_proposals=1, proposal_pages=1)
    try:
        for _ in range(2):
            hand_in(city, draw, city.firms[0][1], a_proposal("Another plan", pages=3))
    finally:
        regulations.configure()


def test_reasons_are_as_long_as_the_notice_said(city, tmp_path):
    draw, _, members = seated(city)
    selecting_from(tmp_path / "rules", beijing_day(city.clock()), reason_shortest=200)
    try:
        sheet = a_sheet([80, 70, 60, 50])
        hand_in_sheet(city, draw, members[0], sheet)
    finally:
        regulations.configure()


def test_a_firm_cannot_fill_the_disk(city, draw):
    for _ in range(20):
        hand_in(city, draw, city.firms[0][1])
    with pytest.raises(TooManyProposalsError, match="最多提交 20 次"):
        hand_in(city, draw, city.firms[0][1])


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("本方案由 示范工程 咨询有限公司 编制", (naming.OF_FIRM,)),
        ("本方案由示范工程咨询编制", (naming.OF_FIRM,)),
        ("９１４４０３００ＭＡ５", (naming.OF_FIRM,)),
        ("身份证 11010519491231002X", (naming.ID_NUMBER,)),
        ("身份证 110105194912310021", ()),
        ("合同金额 138001380001 元", ()),
        ("电话13800138000", (naming.MOBILE,)),
        ("另一家咨询有限公司", ()),
    ],
)
def test_what_tells_whose_a_proposal_is(written, found):
    names = naming.names_of(["示范工程咨询有限公司", "91440300MA5", "王五"])
    assert naming.telling(written, names) == found


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("深圳市华信工程造价咨询有限公司", ("华信",)),
        ("华信达咨询(深圳)有限公司", ("华信达",)),
        ("四川省青川县恒信环境科技有限公司", ("恒信",)),
        ("青川恒信工程咨询有限公司", ("青川恒信", "恒信")),
        ("示范市建筑设计研究院", ()),
        ("北京工程咨询有限公司", ()),
        ("91440300ma5", ()),
    ],
)
def test_the_name_under_which_a_company_is_known(name, known):
    assert naming.known_as(name) == known


@pytest.mark.parametrize(
    ("written", "is_found"),
    [
        ("由华信公司编制", True),
        ("我司华信多年从事", True),
        ("页眉\n华信\n第一章", True),
        ("华信 技术方案", True),
        ("中华信用体系建设", False),
        ("项目负责人：李四", True),
        ("编制 李 四 审核", True),
        ("张李四方", False),
        ("项目组由王建国牵头", True),
    ],
)
def test_short_names_tell_where_it_is_clear_that_they_are_names(written, is_found):
    names = naming.names_of(["深圳市华信工程造价咨询有限公司", "李四", "王建国"])
    assert bool(naming.telling(written, names)) is is_found


def test_what_is_written_besides_the_pages_is_read():
    names = naming.names_of(["示范工程咨询有限公司"])
    whole = "示范工程咨询"

    def link(address):
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(address)}
        )
        return note(**{"/A": action})

    def note(**more):
        about = {NameObject("/Type"): NameObject("/Annot")} | {
            NameObject(key): value for key, value in more.items()
        }
        return lambda writer: writer.pages[0].update(
            {NameObject("/Annots"): ArrayObject([DictionaryObject(about)])}
        )

    def metadata(writer):
        stream = DecodedStreamObject()
        stream.set_data(f"<x:xmpmeta><dc:creator>{whole}</dc:creator></x:xmpmeta>".encode())
        stream[NameObject("/Type")] = NameObject("/Metadata")
        writer._root_object[NameObject("/Metadata")] = writer._add_object(stream)

    hidden = {
        "outline": lambda writer: writer.add_outline_item(title=whole, page_number=0),
        "comment": note(**{"/Contents": TextStringObject(whole)}),
        "national bytes": note(**{"/Contents": ByteStringObject(whole.encode("gb18030"))}),
        "link": link("mailto:someone@example.cn"),
        "label": note(**{"/UF": TextStringObject(f"{whole}.docx")}),
        "metadata": metadata,
    }
    for where, put in hidden.items():
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        put(writer)
        text, _ = naming.text_of(written(writer), 10)
        assert naming.telling(text, names), where
    assert not naming.telling(naming.text_of(a_proposal(), 10)[0], names)


def test_a_text_beyond_measure_is_refused():
    with pytest.raises(OddProposalError):
        naming.text_of(a_proposal("x" * (naming.MOST_TEXT + 1)), 10)


def test_a_proposal_that_was_changed_stops_the_list(city):
    draw, _, members = seated(city)
    with city.here.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER record_proposal_update"))
        connection.execute(text("UPDATE proposal SET digest = 'f' WHERE id = 1"))
    for person in members:
        hand_in_sheet(city, draw, person, a_sheet((90, 80, 70, 60)))
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED
    assert any(found.table == "proposal" for found in compare(city.here).differences)


@pytest.mark.parametrize(
    ("column", "value"),
    [("salt", "ab" * 32), ("document", b"{}"), ("commitment", "cd" * 32)],
)
def test_a_sheet_that_was_changed_stops_the_list(city, column, value):
    draw, _, members = seated(city)
    for person in members:
        hand_in_sheet(city, draw, person, a_sheet((90, 80, 70, 60)))
    with city.here.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER record_score_sheet_update"))
        change = text(f"UPDATE score_sheet SET {column} = :value WHERE id = 1")
        connection.execute(change, {"value": value})
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED


def test_everybody_hands_in_before_the_close(city, draw):
    hand_in_all(city, draw)
    with city.reading() as work:
        assert queries.count_of(work, draw) == 4
