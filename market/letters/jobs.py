"""What time does to letters: their PDFs are made, once, after the transaction that issued them."""

import hashlib
from typing import Final

from market.db import Actor, UnitOfWork, reading_work
from market.installation import Installation
from market.letters.model import Letter, LetterFile, LetterFileDue
from market.letters.typesetting import rendered
from market.sweeping import Due, Task, due_rows, last_of
from market.sweeping import sweep as do_all

JOB: Final = Actor("job:letters")


def sweep(here: Installation) -> int:
    """Make the PDFs that are to be made; return how many.

    A page takes longer to set than to store: it is set before the transaction that stores it
    begins, so that nobody waits for it to write.
    """

    def make(work: UnitOfWork, row: Due) -> int:
        with reading_work(here.sessions, JOB, here.clock) as before:
            letter = before.session.get_one(Letter, row[-1])
            content = rendered(letter, city=here.config.city, site_url=here.config.site_url)
        return _keep(work, row[-1], content)

    return do_all(here, JOB, Task(name="letter: file", find=_due, do=make, key=last_of))


def _due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    at, key = LetterFileDue.next_check_at, LetterFileDue.letter_id
    return due_rows(work, at, key, after=after, limit=limit)


def _keep(work: UnitOfWork, letter_id: int, content: bytes) -> int:
    due = work.session.get(LetterFileDue, letter_id, with_for_update=True, populate_existing=True)
    if due is None:
        return 0
    work.session.add(
        LetterFile(
            letter_id=letter_id,
            digest=hashlib.sha256(content).hexdigest(),
            content=content,
            made_at=work.now,
        )
    )
    work.session.delete(due)
    return 1
