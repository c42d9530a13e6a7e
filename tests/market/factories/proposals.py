"""Proposals without a name, as firms hand them in for a panel to score."""

from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from market.draws import queries as draws
from market.draws.model import Draw
from market.draws.rules import EnrolmentState
from market.scoring import actions
from market.scoring.model import Proposal
from tests.market.factories.documents import written
from tests.market.factories.draws import City
from tests.market.factories.firms import Person


def a_proposal(text: str = "Plan", *, pages: int = 1, **properties: str) -> bytes:
    """Return a PDF with a line of Latin text on each page; ``properties`` name its author etc."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for _ in range(pages):
        page = writer.add_blank_page(300, 200)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = stream
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.add_metadata({f"/{name.title()}": value for name, value in properties.items()})
    return written(writer)


def hand_in(
    city: City,
    draw: Draw,
    person: Person,
    data: bytes | None = None,
    *,
    blind: bool = True,
    name: str = "方案.pdf",
) -> Proposal:
    """Let a firm hand in a proposal."""
    with city.work(person) as work:
        return actions.hand_in_proposal(
            work,
            work.session.get_one(Draw, draw.id),
            folder=city.here.config.uploads_dir,
            stream=BytesIO(a_proposal() if data is None else data),
            name=name,
            blind=blind,
        )


def hand_in_all(city: City, draw: Draw) -> None:
    """Let every firm that is enrolled hand in a proposal of its own."""
    for firm, person in city.firms:
        with city.reading() as work:
            enrolment = draws.enrolment_of(work, work.session.get_one(Draw, draw.id), firm)
        if enrolment is not None and enrolment.state is EnrolmentState.ENROLLED:
            hand_in(city, draw, person, a_proposal(f"Plan {enrolment.sequence + 1}"))
