"""The file that proves why a clock should stand still: who must hand one in, and who opens it."""

import hashlib
import json
from io import BytesIO

import pytest
from sqlalchemy import text

from market.access import OrgKind, Role
from market.clocks import proofs
from market.clocks.errors import NoProofError
from market.clocks.rules import SuspensionReason
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.clocks import EVIDENCE, a_clock
from tests.market.factories.contracts import a_pdf

REASON = SuspensionReason


def digests(here) -> list[str | None]:
    """Return the hashes of files that the log was told of with requests, the oldest first."""
    with here.engine.connect() as connection:
        rows = connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        said = [json.loads(bytes(row[0])) for row in rows]
    return [one["file_digest"] for one in said if one["t"] == "zjcs/suspension.requested.v2"]


def browser_of(app, user):
    browser = app.test_client()
    sign_in(browser, user)
    return browser


def asked(browser, page, data, name="受理单.pdf", reason="awaiting-review"):
    facts = {"reason": reason, "evidence": EVIDENCE, "working_days": "3"}
    if data is not None:
        facts["file"] = (BytesIO(data), name)
    return browser.post(f"{page}/suspend", data=facts, content_type="multipart/form-data")


def test_some_reasons_are_believed_only_with_a_file_and_its_hash_is_in_the_log(here):
    timed = a_clock(here)
    due = proofs.due_for(timed.clock())
    assert due == {
        REASON.AWAITING_REVIEW, REASON.PUBLICITY, REASON.THIRD_PARTY_TEST, REASON.FORCE_MAJEURE,
        REASON.DISPUTE,
    }  # fmt: skip
    for reason in REASON:
        one = a_clock(here)
        if reason in due:
            with pytest.raises(NoProofError):
                one.request(reason=reason)
        else:
            assert one.suspension(one.request(reason=reason)).file_id is None
    data = a_pdf()
    request = timed.suspension(timed.request(reason=REASON.FORCE_MAJEURE, proof=data))
    with timed.work() as work:
        (stored,) = proofs.of_requests(work, [request]).values()
    assert stored.digest == hashlib.sha256(data).hexdigest()
    assert digests(here) == [None] * (len(REASON) - len(due)) + [stored.digest]


def test_both_sides_and_officials_open_it_and_the_public_reads_its_hash(app, client, fast_here):
    timed, data = a_clock(fast_here), a_pdf()
    firm, page = browser_of(app, timed.firm_user), f"/clocks/{timed.clock_id}"
    missing = asked(firm, page, None)
    assert (missing.status_code, "须附凭据文件" in missing.text) == (409, True)
    broken = asked(firm, page, b"MZ not a document")
    assert (broken.status_code, "打不开" in broken.text) == (409, True)
    assert list(fast_here.config.uploads_dir.rglob("*.*")) == []
    assert asked(firm, page, data).status_code == 303
    file = f"{page}/suspensions/1/proof"
    officials = [
        a_person(fast_here, Role.SUPERVISOR_OFFICER, kind=OrgKind.SUPERVISOR),
        timed.operator_user,
    ]
    for user in (timed.firm_user, timed.owner_user, *officials):
        browser = browser_of(app, user)
        answer = browser.get(file)
        assert (answer.status_code, answer.data) == (200, data)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert file in browser.get(page).text
    stranger = browser_of(app, a_person(fast_here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM))
    assert stranger.get(file).status_code == 404
    for reader in (client, stranger):
        shown = reader.get(page).text
        assert hashlib.sha256(data).hexdigest() in shown
        assert "凭据文件 1 份" in shown
        assert file not in shown
        assert "受理单" not in shown.replace("受理单或者报送凭证", "")
    assert (
        "受理单.pdf" in browser_of(app, timed.owner_user).get(f"{page}/suspensions/1/answer").text
    )


def test_a_request_without_a_file_has_none_to_open(app, fast_here):
    timed = a_clock(fast_here)
    timed.request()
    file = f"/clocks/{timed.clock_id}/suspensions/1/proof"
    assert browser_of(app, timed.firm_user).get(file).status_code == 404
