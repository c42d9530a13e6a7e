"""A dossier is made once, in time, and what it holds can be checked by a stranger."""

import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from market import log
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.actions import request_suspension
from market.clocks.queries import clock_of, suspensions_of
from market.clocks.rules import SuspensionReason
from market.contracts.model import Contract
from market.db import LogMention
from market.dossiers import actions, jobs, queries
from market.dossiers.model import Dossier
from market.dossiers.rules import (
    ArchivedError,
    NoReasonError,
    NothingArchivedError,
    NotOverError,
    digest_of,
)
from market.dossiers.zipping import zipped
from market.files import StoredFile
from tests.market.factories.contracts import (
    a_delivered_contract,
    a_file,
    a_running_contract,
    an_accepted_contract,
)

SECOND = timedelta(seconds=1)
WHY = "归档以后业主付清了合同款，补入付款记录"


def archive(agreed, person=None):
    with agreed.work(person) as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        return actions.archive(work, agreed.city.here, contract).id


def versions(agreed):
    with agreed.work() as work:
        return queries.versions_of(work, work.session.get_one(Contract, agreed.contract_id))


def zip_of(agreed, folder):
    log.sequence(agreed.city.here)
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        dossier = queries.versions_of(work, contract)[0]
        out = zipped(work, agreed.city.here, contract, dossier)
    with out, zipfile.ZipFile(out) as archived:
        archived.extractall(folder)
    return folder


def test_nobody_archives_before_the_service_is_over(here, clock):
    agreed = a_delivered_contract(here, clock)
    with pytest.raises(NotOverError):
        archive(agreed)
    assert versions(agreed) == []


def test_either_side_archives_once(here, clock):
    agreed = an_accepted_contract(here, clock)
    archive(agreed, agreed.firm)
    with pytest.raises(ArchivedError):
        archive(agreed, agreed.owner)
    assert [one.version_no for one in versions(agreed)] == [1]


def test_time_archives_to_the_second_and_once(here, clock):
    agreed = an_accepted_contract(here, clock)
    due_at = default_calendar().due_at(beijing_day(clock()), 5)
    clock.move_to(due_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(due_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    (made,) = versions(agreed)
    assert made.made_by_id is None


def test_an_authority_has_it_made_anew_with_a_reason(here, clock):
    agreed = an_accepted_contract(here, clock)
    with agreed.work() as work, pytest.raises(NothingArchivedError):
        actions.archive_again(work, here, work.session.get_one(Contract, agreed.contract_id), WHY)
    archive(agreed)
    with agreed.work() as work, pytest.raises(NoReasonError):
        actions.archive_again(
            work, here, work.session.get_one(Contract, agreed.contract_id), "补充材料"
        )
    with agreed.work() as work:
        actions.archive_again(work, here, work.session.get_one(Contract, agreed.contract_id), WHY)
    assert [(one.version_no, one.why) for one in versions(agreed)] == [(2, WHY), (1, "")]


def test_what_proved_a_suspension_is_in_it(fast_here, clock, tmp_path):
    agreed = a_running_contract(fast_here, clock)

    def ask(work, contract):
        request_suspension(
            work,
            clock_of(work, f"contract:{contract.id}"),
            SuspensionReason.AWAITING_REVIEW,
            "报告已报送审批，等待审批意见。",
            2,
            proof=a_file(fast_here, work, "受理单.pdf"),
        )

    agreed.do(agreed.firm, ask)
    agreed.deliver()  # The request has become moot.
    agreed.accept()
    archive(agreed)
    folder = zip_of(agreed, tmp_path)
    with agreed.work() as work:
        (request,) = suspensions_of(work, clock_of(work, f"contract:{agreed.contract_id}"))
        stored = work.session.get_one(StoredFile, request.file_id)
    kept = (folder / f"time/suspension-{request.id}.pdf").read_bytes()
    assert digest_of(kept) == stored.digest


def test_a_stranger_checks_files_list_and_log(here, clock, tmp_path):
    agreed = an_accepted_contract(here, clock)
    archive(agreed)
    folder = zip_of(agreed, tmp_path)
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert (
        subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL).returncode == 0
    )
    listed = (folder / "SHA256SUMS").read_bytes()
    assert {line.split("  ")[1].split("/")[0] for line in listed.decode().splitlines()} == {
        "index.html", "selection", "contract", "deliverables", "reports", "messages", "time",
        "supervision", "payments", "ratings", "letters",
    }  # fmt: skip
    entries = {path: json.loads(path.read_bytes()) for path in folder.glob("log/*.entry")}
    kinds = {entry.get("t") for entry in entries.values()}
    assert {
        "zjcs/contract.filed.v1",
        "zjcs/deliverable.submitted.v1",
        "zjcs/dossier.made.v1",
    } <= kinds
    (said,) = [e for e in entries.values() if e.get("t") == "zjcs/dossier.made.v1"]
    assert said["list_digest"] == digest_of(listed)
    assert said["files"] == len(listed.splitlines())


def receipt_of(path, policy):
    command = [sys.executable, "-m", "audit", "receipt", path, path.with_suffix(".tlog-proof")]
    return subprocess.run(
        [*map(str, command), "--policy", str(policy)], capture_output=True, text=True, check=False
    )


def test_every_entry_in_it_is_shown_to_be_in_the_log(here, clock, tmp_path):
    agreed = an_accepted_contract(here, clock)
    archive(agreed)
    folder = zip_of(agreed, tmp_path)
    paths = sorted(folder.glob("log/*.entry"))
    assert len(paths) > 5
    fine = receipt_of(paths[0], folder / "log/policy")
    assert (fine.returncode, fine.stdout[:2]) == (0, "ok"), fine.stderr
    paths[0].write_bytes(paths[0].read_bytes() + b" ")
    changed = receipt_of(paths[0], folder / "log/policy")
    assert (changed.returncode, changed.stdout[:4]) == (1, "FAIL")
    paths[0].with_suffix(".tlog-proof").write_text("nonsense")
    assert receipt_of(paths[0], folder / "log/policy").returncode == 2


def test_the_log_s_mentions_are_what_its_entries_name(here, clock):
    agreed = an_accepted_contract(here, clock)
    log.sequence(here)
    with agreed.work() as work:
        number = work.session.get_one(Contract, agreed.contract_id).number
        found = queries.mentions_of(work, [number])
        bodies = [log.body_of(work, one) for one in found]
        every = work.session.scalars(select(LogMention.submission_id)).all()
    assert bodies
    assert all(number.encode() in body for body in bodies)
    assert len(every) > len(found)


def test_a_dossier_is_of_record(here, clock):
    agreed = an_accepted_contract(here, clock)
    archive(agreed)
    with pytest.raises(Exception, match="dossier"), agreed.work() as work:
        work.session.get_one(Dossier, 1).why = "改一下"
        work.session.flush()
