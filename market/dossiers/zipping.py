"""A dossier as a zip: its files, the list of their hashes, and what the log says of the case."""

import zipfile
from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from market import files, log, witnessing
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.dossiers import queries
from market.dossiers.model import Dossier, DossierFile
from market.draws.model import Award
from market.draws.queries.finding import draws_of_need, entries_of
from market.installation import Installation
from market.needs.model import Need
from market.needs.queries import notices_of
from market.objections.queries import of_award

LIST_NAME: Final = "SHA256SUMS"
IN_MEMORY: Final = 1 << 20
# A zip must say when its files were made; the list says what they are.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)

README: Final = """\
# 归档卷宗 {number} 第 {version} 版 / Dossier {number}, version {version}

1. 核对文件 / Check the files:            sha256sum --check SHA256SUMS
2. 核对清单 / Check the list:             sha256sum SHA256SUMS
   应为 / It must be                      {digest}
   这个值写在公开日志的归档记录里：log 文件夹中 kind 为 dossier.made.v1 的那一条。
   The log's entry of this dossier (dossier.made.v1, in the folder log) holds this value.
3. 核对日志 / Check each entry of the log: python3 -m audit receipt \
log/N.entry log/N.tlog-proof --policy log/policy
   log/policy 请从别处取得可信的一份再核对。
   Take a copy of log/policy that you trust from elsewhere.
"""


def zipped(work: UnitOfWork, here: Installation, contract: Contract, dossier: Dossier) -> IO[bytes]:
    """Return a version of a dossier as an open zip at its beginning.

    The files and their list are as they were archived; the log's proofs are against the latest
    checkpoint that a quorum has seen, and entries beyond it are left out.

    Raises:
        MissingError: An upload was lost or changed.
    """
    out = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in queries.files_of(work, dossier):
            _write(archive, file.path, _bytes_of(work, here, file))
        _write(archive, LIST_NAME, dossier.list_text.encode())
        for index, body, proof in _logged(work, here, contract):
            _write(archive, f"log/{index}.entry", body)
            _write(archive, f"log/{index}.tlog-proof", proof.encode())
        _write(archive, "log/policy", log.policy_text(here).encode())
        readme = README.format(
            number=contract.number, version=dossier.version_no, digest=dossier.list_digest
        )
        _write(archive, "README.txt", readme.encode())
    out.seek(0)
    return out


def numbers_of(work: UnitOfWork, contract: Contract) -> Sequence[str]:
    """Return the public numbers under which the log tells of a contract's case."""
    need = work.session.get_one(Need, contract.need_id)
    award = work.session.get_one(Award, contract.award_id)
    notices = [notice.number for notice in notices_of(work, need)]
    objections = [one.number for one in of_award(work, award.id)]
    return [need.number, *notices, award.number, contract.number, *objections]


def _logged(
    work: UnitOfWork, here: Installation, contract: Contract
) -> list[tuple[int, bytes, str]]:
    """Return the entries about a case: their index, their exact bytes and their receipts."""
    submissions = set(queries.mentions_of(work, numbers_of(work, contract)))
    for draw in draws_of_need(work, contract.need_id):
        submissions.update(entry.submission_id for entry in entries_of(work, draw))
    seen = witnessing.latest_cosigned(work, here)
    size = 0 if seen is None else seen.size
    found = {index: one for one in submissions if (index := log.index_of(work, one)) is not None}
    indexes = sorted(index for index in found if index < size)
    if not indexes:
        return []
    proofs = log.log_of(here).receipts(work.session.connection(), indexes, size)
    bodies = [log.body_of(work, found[index]) or b"" for index in indexes]
    return list(zip(indexes, bodies, proofs, strict=True))


def _bytes_of(work: UnitOfWork, here: Installation, file: DossierFile) -> bytes:
    if file.stored_file_id is None:
        return file.body or b""
    return files.read(work, here.config.uploads_dir, file.stored_file_id)[1]


def _write(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, _NO_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)
