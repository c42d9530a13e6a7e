"""Handing in, deciding, replacing and opening documents."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from market.access import OrgKind, Role
from market.documents import actions, queries
from market.documents.errors import (
    DocumentsClosedError,
    SuspiciousWaitingError,
    TooManyUploadsError,
)
from market.documents.examining import ActiveContentError
from market.documents.model import Document, DocumentReading
from market.documents.rules import (
    DocKind,
    DocState,
    DocumentDecidedError,
    DocumentKindError,
    DocumentReasonError,
    NotAScanError,
    Subject,
    Suspicion,
)
from market.documents.seal import seal_key, seal_of
from market.errors import MissingError
from market.files import (
    BrokenFileError,
    EncryptedFileError,
    FileKindError,
    StoredFile,
    UnpackedTooLargeError,
)
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.checks import ReturnReason
from market.firms.materials import MaterialsMissingError
from market.firms.rules import FirmState
from tests.market.factories.documents import (
    a_pdf,
    a_picture,
    a_stored_file,
    an_encrypted_pdf,
    an_office_file,
    hand_in_materials,
)
from tests.market.factories.firms import a_filled_in_firm, a_person, an_operator
from tests.market.factories.rules import own_rules


def place_of(firm, kind=DocKind.LICENCE):
    return actions.Place(subject=Subject.FIRM, subject_id=firm.id, kind=kind)


def hand_in(here, work, place, data=None, name="scan.pdf"):
    return actions.hand_in(
        work,
        place,
        folder=here.config.uploads_dir,
        stream=BytesIO(a_pdf() if data is None else data),
        name=name,
        key=seal_key(here.keys),
    )


def entries(work, kind):
    bodies = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id"))
    found = [json.loads(bytes(body)) for body in bodies]
    return [entry for entry in found if entry["t"] == f"zjcs/{kind}"]


def test_a_document_is_held_then_cleared_and_the_log_knows_only_a_keyed_digest(here, working):
    firm, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        document = hand_in(here, work, place_of(firm))
        assert (document.state, document.suspicions) == (DocState.HELD, ())
        stored = work.session.get_one(StoredFile, document.file_id)
        (entry,) = entries(work, "document.handed-in.v1")
        assert entry["seal"] == seal_of(seal_key(here.keys), stored.digest) != stored.digest
        assert entry["organisation"] == firm.code
        assert stored.digest not in json.dumps(entry)
    with working(here, an_operator(here)) as work:
        actions.clear(work, queries.to_decide(work, document.id))
        (entry,) = entries(work, "document.moved.v1")
        assert (entry["move"], entry["state"]) == ("clear", "cleared")
        with pytest.raises(DocumentDecidedError):
            actions.reject(work, queries.to_decide(work, document.id), "照片看不清楚")


def test_a_newer_version_replaces_the_one_before_and_both_are_kept(here, working):
    firm, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        first = hand_in(here, work, place_of(firm))
    with working(here, an_operator(here)) as work:
        actions.reject(work, queries.to_decide(work, first.id), "照片看不清楚")
    with working(here, delegate) as work:
        second = hand_in(here, work, place_of(firm), a_picture(), "照片.jpg")
        states = [row.state for row in queries.history(work, second)]
        assert states == [DocState.HELD, DocState.REPLACED]
        assert queries.current(work, Subject.FIRM, firm.id, DocKind.LICENCE).id == second.id


def test_the_database_holds_one_version_at_a_time(here, working):
    firm, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        document = hand_in(here, work, place_of(firm))
    with pytest.raises(IntegrityError), working(here, delegate) as work:
        work.session.add(
            Document(
                org_id=document.org_id,
                subject=document.subject,
                subject_id=document.subject_id,
                kind=document.kind,
                file_id=a_stored_file(work).id,
                seal=document.seal,
                suspicion_codes="",
                state=DocState.HELD,
                handed_in_at=work.now,
                handed_in_by_id=work.user_id,
            )
        )


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (an_office_file(word__vbaProject_DOT_bin=b"x"), "a.docx", ActiveContentError),
        (an_encrypted_pdf(), "a.pdf", EncryptedFileError),
        (an_office_file(**{f"p{n}": "" for n in range(5001)}), "a.docx", UnpackedTooLargeError),
        (b"MZ\x90\x00", "a.exe", FileKindError),
        (an_office_file("xl/workbook.xml"), "a.xlsx", NotAScanError),
        (a_picture(), "a.pdf", BrokenFileError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx",
         EncryptedFileError),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing_behind(fast_here, working, data, name, error):
    firm, delegate = a_filled_in_firm(fast_here)
    with pytest.raises(error), working(fast_here, delegate) as work:
        hand_in(fast_here, work, place_of(firm), data, name)
    with working(fast_here, delegate) as work:
        assert work.session.scalars(select(Document)).all() == []
        assert work.session.scalars(select(StoredFile)).all() == []
    uploads = fast_here.config.uploads_dir
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_a_suspicious_file_is_released_with_a_reason_only(fast_here, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        document = hand_in(fast_here, work, place_of(firm), a_pdf() + b"and more")
        assert document.suspicions == (Suspicion.TRAILING,)
        hand_in_materials(work, firm)
        firms.submit(work, firm_queries.own(work))
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work:
        found = firm_queries.for_check(work, firm.id)
        with pytest.raises(SuspiciousWaitingError, match="营业执照"):
            firms.check_pass(work, found)
        waiting = queries.to_decide(work, document.id)
        with pytest.raises(DocumentReasonError):
            actions.clear(work, waiting)
        actions.clear(work, waiting, "扫描软件附加的标记，已查看")
    with working(fast_here, operator) as work:
        found = firm_queries.for_check(work, firm.id)
        firms.check_pass(work, found)
        assert found.state is FirmState.PUBLICITY


def test_a_check_takes_what_waits_and_stops_at_what_was_refused(fast_here, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        licence = hand_in(fast_here, work, place_of(firm))
        identity = hand_in(fast_here, work, place_of(firm, DocKind.LEGAL_ID))
        hand_in_materials(work, firm)
        firms.submit(work, firm_queries.own(work))
        with pytest.raises(DocumentsClosedError):
            hand_in(fast_here, work, place_of(firm))
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work:
        actions.reject(work, queries.to_decide(work, identity.id), "身份证已过有效期")
        with pytest.raises(MaterialsMissingError, match="法定代表人身份证"):
            firms.check_pass(work, firm_queries.for_check(work, firm.id))
        firms.check_return(
            work,
            firm_queries.for_check(work, firm.id),
            [ReturnReason.FACTS_WRONG],
            "",
        )
    with working(fast_here, delegate) as work:
        with pytest.raises(MaterialsMissingError, match="法定代表人身份证"):
            firms.submit(work, firm_queries.own(work))
        hand_in(fast_here, work, place_of(firm, DocKind.LEGAL_ID))
        firms.submit(work, firm_queries.own(work))
    with working(fast_here, operator) as work:
        firms.check_pass(work, firm_queries.for_check(work, firm.id))
        assert work.session.get_one(Document, licence.id).state is DocState.CLEARED


def test_a_submission_without_documents_names_them(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        with pytest.raises(MaterialsMissingError) as caught:
            firms.submit(work, firm_queries.own(work))
        for name in ("营业执照", "法定代表人身份证", "承诺书", "环境影响评价信用平台"):
            assert name in str(caught.value)
        # The promise is enough where the State holds the data.
        firms.submit_on_promise(work, firm_queries.own(work))


def test_nobody_hands_in_for_others_or_what_does_not_belong(fast_here, working):
    firm, _ = a_filled_in_firm(fast_here)
    _, stranger = a_filled_in_firm(fast_here)
    owner = a_person(fast_here, OrgKind.OWNER, Role.OWNER_APPROVER)
    for person in (stranger, owner):
        with working(fast_here, person) as work:
            with pytest.raises(MissingError):
                hand_in(fast_here, work, place_of(firm))
            with pytest.raises(DocumentKindError):
                hand_in(fast_here, work, place_of(firm, DocKind.INSURANCE))


def test_who_looked_is_written_down_and_counts_for_a_while(fast_here, working, clock):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        identity = hand_in(fast_here, work, place_of(firm, DocKind.LEGAL_ID))
        licence = hand_in(fast_here, work, place_of(firm))
        assert queries.is_open(work, licence)
        assert not queries.is_open(work, identity)
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work:
        found = queries.readable(work, licence.id)
        assert not queries.is_open(work, found)
        actions.open_document(work, found)
        assert queries.is_open(work, found)
    with working(fast_here, delegate) as work:
        ((_, person, _),) = queries.readings(work, licence)
        assert person == operator.user.name
    clock.move_to(clock() + timedelta(minutes=15))
    with working(fast_here, operator) as work:
        assert not queries.is_open(work, queries.readable(work, licence.id))
        assert len(work.session.scalars(select(DocumentReading)).all()) == 1


def test_an_organisation_hands_in_so_much_in_a_day(fast_here, working, tmp_path):
    firm, delegate = a_filled_in_firm(fast_here)
    with own_rules(tmp_path / "rules", "platform-documents-2024", most_per_day="2"):
        for _ in range(2):
            with working(fast_here, delegate) as work:
                hand_in(fast_here, work, place_of(firm))
        with (
            pytest.raises(TooManyUploadsError, match="最多上传 2 份"),
            working(fast_here, delegate) as work,
        ):
            hand_in(fast_here, work, place_of(firm))


def test_a_city_may_ask_for_other_documents(fast_here, working, tmp_path):
    firm, delegate = a_filled_in_firm(fast_here)
    asked = {"required": '["licence"]', "certificates": "false"}
    with (
        own_rules(tmp_path / "rules", "platform-documents-2024", **asked),
        working(fast_here, delegate) as work,
    ):
        hand_in(fast_here, work, place_of(firm))
        firms.submit(work, firm_queries.own(work))
