"""What an accused, or the award's firm, handed in with its words: for itself and the office."""

from market.access import Permission, requires
from market.complaints import queries
from market.complaints.rules import ComplaintMove
from market.complaints.views.blueprint import bp
from market.complaints.views.showing import reader_of
from market.errors import MissingError
from market.web.addresses import clean
from market.web.deeds import NUMBER, Page, reading
from market.web.downloads import uploaded


@bp.get(f"/<number>/statements/<{NUMBER}:statement_id>/file")
@requires(Permission.WORKBENCH_OPEN)
def statement_file(number: str, statement_id: int) -> Page:
    """Hand out what was handed in with a statement: each side its own, the office all."""
    with reading() as work:
        one = queries.by_number(work, clean(number))
        reader, said = reader_of(work, one), queries.said_in(work, one)
        mine = [
            *(said[ComplaintMove.REPLY] if reader.accused or reader.in_office else []),
            *(said[ComplaintMove.STATE] if reader.heard or reader.in_office else []),
        ]
        found = next((step.file_id for step in mine if step.id == statement_id), None)
        if found is None:
            raise MissingError
        return uploaded(work, found)
