"""Keeping a document that must not say whose it is: read, searched, and refused if it does.

What is kept is written anew: without its properties and other data about itself, in which a name
may stand in a spelling that nobody searches for. Its digest is that of what is kept, and its name
is the same for all.
"""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from market import files
from market.db import UnitOfWork
from market.documents.examining import examine
from market.files import StoredFile
from market.firms.model import Firm
from market.scoring import naming
from market.scoring.errors import NotPdfError, OddProposalError, TellingProposalError
from market.scoring.stripping import stripped

NAME: Final = "blind.pdf"


def keep_blind(
    work: UnitOfWork,
    folder: Path,
    stream: BinaryIO | None,
    name: str | None,
    *,
    most_pages: int,
    names: tuple[str, ...],
) -> tuple[StoredFile, int]:
    """Keep a PDF that holds nothing odd and tells none of some names; return its pages too.

    The properties are searched before they are taken out: who left a name there is told.

    Raises:
        FileError, NotPdfError: It is no PDF that can be kept.
        OddProposalError: It holds what a document does not need.
        TellingProposalError: It says, or may say, whose it is.
    """
    name, data, media_type = files.check(stream, name)
    if media_type != "application/pdf":
        raise NotPdfError
    if examine(name, data):
        raise OddProposalError
    text, pages = naming.text_of(data, most_pages)
    if found := naming.telling(text, naming.names_of(names)):
        raise TellingProposalError("、".join(found))
    return files.keep(work, folder, BytesIO(stripped(data)), NAME), pages


def names_of_firm(firm: Firm) -> tuple[str, ...]:
    """Return what must not stand in a firm's blind document."""
    return (
        firm.name,
        firm.code,
        firm.legal_representative,
        firm.contact_name,
        firm.contact_phone,
        firm.landline,
    )
