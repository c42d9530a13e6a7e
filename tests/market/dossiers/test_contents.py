"""What is in a dossier: each part of a case with much in it, and what an erased upload becomes."""

import csv
import subprocess
import zipfile
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from market import files, log
from market.accounts.model import User
from market.accounts.queries import organisation
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.contracts import jobs as contract_jobs
from market.contracts.examining import actions as examining
from market.contracts.model import Contract, Deliverable
from market.contracts.reports import actions as reports
from market.contracts.reports.actions import ReportFacts
from market.contracts.reports.queries import milestones
from market.contracts.reports.rules import MilestoneState, Planned
from market.contracts.thread import actions as thread
from market.documents.model import Document, DocumentErasure
from market.documents.retention import Ending
from market.documents.rules import DocKind, DocState, Subject
from market.dossiers import actions, queries
from market.dossiers.rules import digest_of
from market.dossiers.zipping import zipped
from market.files import StoredFile
from market.letters import jobs as letter_jobs
from market.letters.queries import file_of, of_subject
from market.ratings import actions as ratings
from market.supervision.actions import give_card
from tests.market.factories.contracts import a_file, file_it
from tests.market.factories.draws import a_confirmed_award

PLAN = (Planned(name="初稿", after_working_days=2), Planned(name="送审稿", after_working_days=4))
SAID = "图纸已按你方第二次修改意见重新出图。"
DONE = "完成现场踏勘和资料收集。"
MISSING = "缺少第三章附图"
RULE = "platform-documents-2026"


class Links(HTMLParser):
    """Every address that a page names, and how its tags nest."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.others: list[str] = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "a" and not named["href"].startswith("#"):
            self.found.append(named["href"])
        self.others += [value for key, value in attrs if key == "src"]


@pytest.fixture
def agreed(here, clock):
    """A contract that is done, after a report, a missed one, messages and a supplement."""
    drawn = a_confirmed_award(here, clock)
    agreed = file_it(drawn, drawn.delegate, milestones=PLAN)
    agreed.confirm()
    agreed.hand_over()
    with agreed.work() as work:
        first = milestones(work, work.session.get_one(Contract, agreed.contract_id))[0].id
    agreed.do(
        agreed.firm,
        lambda work, c: reports.report(
            work, c, first, ReportFacts(percent=40, done=DONE), a_file(here, work, "进度.pdf")
        ),
    )
    agreed.do(agreed.firm, lambda work, c: thread.send(work, c, SAID, a_file(here, work)))
    clock.advance(timedelta(days=10))
    contract_jobs.sweep(here)
    agreed.deliver()
    agreed.do(agreed.owner, lambda work, c: examining.supplement(work, c, MISSING))
    agreed.supply()
    agreed.accept()
    return agreed


def archived(agreed, folder):
    """Let the firm archive, and unpack what it may download."""
    with agreed.work(agreed.firm) as work:
        actions.archive(work, agreed.here, work.session.get_one(Contract, agreed.contract_id))
    return unpacked(agreed, folder)


def unpacked(agreed, folder):
    log.sequence(agreed.here)
    with agreed.work(agreed.firm) as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        out = zipped(work, agreed.here, contract, queries.versions_of(work, contract)[0])
    with out, zipfile.ZipFile(out) as packed:
        packed.extractall(folder)
    return folder


def rows(folder, path):
    with (folder / path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_each_part_says_what_happened(agreed, tmp_path):
    folder = archived(agreed, tmp_path)
    (report,) = rows(folder, "reports/reports.csv")
    assert (report["percent"], report["done"]) == ("40", DONE)
    assert (folder / report["file_id"]).read_bytes().startswith(b"%PDF-")
    states = [row["state"] for row in rows(folder, "reports/milestones.csv")]
    assert states[0] == MilestoneState.REPORTED
    (message,) = rows(folder, "messages/messages.csv")
    assert message["text"] == SAID
    assert (folder / message["file_id"]).is_file()
    kinds = [row["kind"] for row in rows(folder, "time/clock.csv")]
    assert (kinds[0], "progress-report" in kinds, "owner-review" in kinds) == (
        "service",
        True,
        True,
    )
    assert len(rows(folder, "time/events.csv")) > len(kinds)
    moves = [row["move"] for row in rows(folder, "deliverables/examination-steps.csv")]
    assert moves == ["supplement", "supply", "accept"]
    assert rows(folder, "contract/contract.csv")[0]["file_id"] == "contract/contract.pdf"
    (letter,) = rows(folder, "letters/letters.csv")
    assert (folder / f"letters/{letter['number']}.pdf").read_bytes().startswith(b"%PDF-")
    asked = {row["direction"] for row in rows(folder, "ratings/ratings.csv")}
    assert asked >= {ratings.Direction.OWNER_FIRM, ratings.Direction.FIRM_OWNER}
    assert rows(folder, "ratings/opened.csv") == []


def test_a_card_for_a_late_rating_is_in_it_though_its_subject_is_another(agreed, tmp_path):
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        give_card(
            work,
            Trigger.LATE_RATING,
            org_id=contract.owner_org_id,
            subject=f"rating:{contract.id}:owner",
            number=contract.number,
            title=contract.title,
            cause="没有在期限内评价",
            happened_at=work.now,
            once=f"rating:{contract.id}:owner",
        )
        number = work.session.scalars(
            select(Card.number).where(Card.trigger == Trigger.LATE_RATING)
        ).one()
    folder = archived(agreed, tmp_path)
    assert number in (folder / "supervision" / "cards.csv").read_text(encoding="utf-8")


def test_organisations_are_named_and_people_are_not(agreed, tmp_path):
    folder = archived(agreed, tmp_path)
    (row,) = rows(folder, "contract/contract.csv")
    with agreed.work() as work:
        firm = organisation(work, agreed.contract().firm_org_id)
    assert row["firm_org_id"] == f"{firm.name}（{firm.code}）"
    with agreed.work() as work:
        names = set(work.session.scalars(select(User.name)))
    whole = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.csv")) + (
        folder / "index.html"
    ).read_text(encoding="utf-8")
    assert not [name for name in names if len(name) > 1 and name in whole]


def test_the_table_of_contents_leads_to_every_file_and_to_no_other_place(agreed, tmp_path):
    folder = archived(agreed, tmp_path)
    page = (folder / "index.html").read_text(encoding="utf-8")
    links = Links()
    links.feed(page)
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()} - {
        "index.html"
    }
    assert set(links.found) == listed
    assert links.others == []
    for words in ("没有列入卷宗的材料", SAID, DONE, "业主要求补正", "异议人是谁、写了什么不列"):
        assert words in page


def test_what_the_letter_s_pdf_will_be_is_in_it_before_it_is_made(agreed, tmp_path):
    folder = archived(agreed, tmp_path)
    with agreed.work() as work:
        (letter,) = of_subject(work, f"award:{agreed.contract().award_id}")
        number = letter.number
    early = (folder / f"letters/{number}.pdf").read_bytes()
    letter_jobs.sweep(agreed.here)
    with agreed.work(agreed.firm) as work:
        assert digest_of(file_of(work, number)) == digest_of(early)


def erase(agreed, *, with_a_rule):
    """Take the bytes of the first round away, by a rule or by accident."""
    with agreed.work(agreed.firm) as work:
        file_id = work.session.scalar(
            select(Deliverable.file_id).where(Deliverable.contract_id == agreed.contract_id)
        )
        stored = work.session.get_one(StoredFile, file_id)
        if with_a_rule:
            document = Document(
                org_id=stored.org_id,
                subject=Subject.FIRM,
                subject_id=10_000,
                kind=DocKind.LICENCE,
                file_id=stored.id,
                seal="0" * 64,
                suspicion_codes="",
                state=DocState.REJECTED,
                handed_in_at=work.now,
                handed_in_by_id=work.user_id,
                erased_at=work.now,
            )
            work.session.add(document)
            work.session.flush()
            work.session.add(
                DocumentErasure(
                    document_id=document.id,
                    seal="0" * 64,
                    ending=Ending.REFUSED,
                    days=180,
                    regulation_id=RULE,
                    shared=False,
                    erased_at=work.now,
                )
            )
        digest = stored.digest
    files.erase(agreed.here.config.uploads_dir, digest)
    return digest


@pytest.mark.parametrize("with_a_rule", [True, False])
def test_an_upload_that_is_gone_is_named_and_the_rest_is_checked(agreed, tmp_path, with_a_rule):
    whole = archived(agreed, tmp_path / "whole")
    assert not (whole / "MISSING.txt").exists()
    digest = erase(agreed, with_a_rule=with_a_rule)
    folder = unpacked(agreed, tmp_path / "later")
    assert not (folder / "deliverables/round-1.pdf").exists()
    told = (folder / "MISSING.txt").read_text(encoding="utf-8")
    assert "deliverables/round-1.pdf" in told
    assert digest in told
    assert (RULE in told) is with_a_rule
    assert ("180 天" in told) is with_a_rule
    assert (whole / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()
    assert "--ignore-missing" in (folder / "README.txt").read_text(encoding="utf-8")
    command = ["sha256sum", "--check", "--ignore-missing", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 0


def test_the_log_is_followed_by_every_number_of_the_case(agreed, tmp_path):
    folder = archived(agreed, tmp_path)
    kinds = {
        one
        for path in folder.glob("log/*.entry")
        for one in [path.read_text(encoding="utf-8").partition('"t":"zjcs/')[2].partition('"')[0]]
    }
    assert {
        "letter.issued.v1", "contract.message-sent.v1", "contract.milestone-moved.v1",
        "deliverable.examined.v1", "rating.asked.v1", "card.issued.v3",
    } <= kinds  # fmt: skip
