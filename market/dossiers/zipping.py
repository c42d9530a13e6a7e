"""A dossier as a zip: its files, the list of their hashes, and what the log says of the case."""

import zipfile
from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from sqlalchemy import select

from market import files, log, witnessing
from market.clock import BEIJING
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.dossiers import queries
from market.dossiers.contents import SECTIONS
from market.dossiers.model import Dossier, DossierFile
from market.dossiers.parts import case_of
from market.dossiers.sheets import rows_of
from market.draws.queries.finding import draws_of_need, entries_of
from market.errors import MissingError
from market.installation import Installation
from market.journal import draw_mention
from market.labels import label_of
from market.needs.queries import notices_of
from market.panels.model import Panel

LIST_NAME: Final = "SHA256SUMS"
NUMBER: Final = "number"
IN_MEMORY: Final = 1 << 20
# A zip must say when its files were made; the list says what they are.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)

README: Final = """\
# 归档卷宗 {number} 第 {version} 版 / Dossier {number}, version {version}

先看 index.html（目录）：各部分有什么、没有列入的材料和理由，离线可读。
Begin with index.html, the table of contents (in Chinese); it needs no network.

只需 Python 3.11，不用安装别的：从本平台“怎样自行验证一次摇号”页取得 verify.pyz（地址是平台域名后加
/draws/tools/verify.pyz），最好再向监督机构或者别处取得一份，比对 SHA-256。然后一条命令核对全部：
Python 3.11 is enough. Take verify.pyz from the page /verify of the platform (its address is
/draws/tools/verify.pyz there), compare its SHA-256 with that of another source, and run:

    python3 verify.pyz dossier . --policy log/policy

它核对下面三项。log/policy 是平台给的；请从别处取得一份您信任的再核对一次。
It does the three things below. log/policy is the platform's: run it again with one from elsewhere.

1. 核对文件 / Check the files:            sha256sum --check{ignore} SHA256SUMS
2. 核对清单 / Check the list:             sha256sum SHA256SUMS
   应为 / It must be                      {digest}
   这个值写在公开日志里：log 文件夹中字段 t 为 zjcs/dossier.made.v1 的那一条的 list_digest。
   It is the field list_digest of the entry in the folder log whose field t is zjcs/dossier.made.v1.
3. 核对日志：每个 log/N.entry 由 log/N.tlog-proof 证明在公开日志里，认谁的签名见 log/policy。
   Check the log: log/N.tlog-proof proves log/N.entry; the policy says whose signatures count.
"""
LACKING: Final = """\
4. 缺少的文件见 MISSING.txt：何时、依哪条规则删除，以及归档时的摘要。
   MISSING.txt says of each file that is not here since when, under which rule, and its hash.
   这一份没有签名，所以程序答“不完整”：请自己重新下载一份对照。
   No signature covers it, so the program answers INCOMPLETE: compare it with your own download.
"""
MISSING_NAME: Final = "MISSING.txt"
ERASED: Final = """\
{path}
  摘要 / SHA-256: {digest}
  {at} 依 {rule} 删除（{ending}，保存 {days} 天期满）。摘要仍在清单里，可以与他人手里的原件对照。
  Erased at {at} under {rule} (kept for {days} days). Its hash is still in the list.
"""
LOST: Final = """\
{path}
  摘要 / SHA-256: {digest}
  没有删除记录，文件现在读不到：请运营机构从备份恢复后重新下载。
  There is no record of its erasure, and it cannot be read: ask the operator to restore it.
"""


def zipped(work: UnitOfWork, here: Installation, contract: Contract, dossier: Dossier) -> IO[bytes]:
    """Return a version of a dossier as an open zip at its beginning.

    The files and their list are as they were archived; the log's proofs are against the latest
    checkpoint that a quorum has seen, and entries beyond it are left out. An upload whose bytes are
    no longer there is named with the rule under which it was erased; the rest can be checked.
    """
    out = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    lacking: list[DossierFile] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in queries.files_of(work, dossier):
            data = _bytes_of(work, here, file)
            if data is None:
                lacking.append(file)
            else:
                _write(archive, file.path, data)
        _write(archive, LIST_NAME, dossier.list_text.encode())
        for index, body, proof in _logged(work, here, contract):
            _write(archive, f"log/{index}.entry", body)
            _write(archive, f"log/{index}.tlog-proof", proof.encode())
        _write(archive, "log/policy", log.policy_text(here).encode())
        readme = README.format(
            number=contract.number,
            version=dossier.version_no,
            digest=dossier.list_digest,
            ignore=" --ignore-missing" if lacking else "",
        )
        if lacking:
            readme += LACKING
            told = "\n".join(_lack(work, file) for file in lacking)
            _write(archive, MISSING_NAME, told.encode())
        _write(archive, "README.txt", readme.encode())
    out.seek(0)
    return out


def numbers_of(work: UnitOfWork, here: Installation, contract: Contract) -> Sequence[str]:
    """Return the names under which the log tells of a contract's case.

    They are those of its need and notices, of its draws and panels, and whatever number stands in
    a table of the dossier: awards, endings, objections, cards, letters and all that is to come.
    """
    case = case_of(work, here, contract)
    numbers = {case.need.number, *(notice.number for notice in notices_of(work, case.need))}
    numbers |= {draw_mention(draw.draw_hash) for draw in draws_of_need(work, case.need.id)}
    panels = select(Panel.number).where(Panel.need_id == case.need.id)
    numbers |= set(work.session.scalars(panels))
    for section in SECTIONS:
        for sheet in section.sheets:
            if NUMBER in sheet.columns:
                values = (getattr(row, NUMBER) for row in rows_of(case, sheet))
                numbers |= {value for value in values if isinstance(value, str)}
    return sorted(numbers)


def later_of(work: UnitOfWork, here: Installation, contract: Contract, dossier: Dossier) -> int:
    """Return how many entries of the log about a case came after a version was archived."""
    mentions = queries.mentions_of(work, numbers_of(work, here, contract))
    mark = dossier.list_digest.encode()
    for count, submission_id in enumerate(reversed(mentions)):
        if mark in (log.body_of(work, submission_id) or b""):
            return count
    return 0


def _logged(
    work: UnitOfWork, here: Installation, contract: Contract
) -> list[tuple[int, bytes, str]]:
    """Return the entries about a case: their index, their exact bytes and their receipts."""
    submissions = set(queries.mentions_of(work, numbers_of(work, here, contract)))
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


def _bytes_of(work: UnitOfWork, here: Installation, file: DossierFile) -> bytes | None:
    """Return the bytes of a file; None where they are no longer there."""
    if file.stored_file_id is None:
        return file.body or b""
    try:
        return files.read(work, here.config.uploads_dir, file.stored_file_id)[1]
    except MissingError:
        return None


def _lack(work: UnitOfWork, file: DossierFile) -> str:
    gone = queries.erasure_of(work, file.digest)
    if gone is None:
        return LOST.format(path=file.path, digest=file.digest)
    return ERASED.format(
        path=file.path,
        digest=file.digest,
        at=f"{gone.erased_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
        rule=gone.regulation_id,
        ending=label_of(gone.ending).text,
        days=gone.days,
    )


def _write(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, _NO_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)
