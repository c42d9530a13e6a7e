"""Contracts made by the real actions, from a confirmed award to an accepted deliverable."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfWriter

from market import files
from market.clock import ManualClock
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.contracts import actions, queries
from market.contracts.actions import ContractFacts
from market.contracts.examining import actions as examining
from market.contracts.model import Contract
from market.contracts.rules import ReturnReason
from market.contracts.staffing.queries import named
from market.db import Actor, UnitOfWork, unit_of_work
from market.files import StoredFile
from market.installation import Installation
from tests.market.factories.draws import City, Drawn, a_confirmed_award
from tests.market.factories.firms import Person

MATERIALS = "立项批复、用地红线图、方案文本各一份"
CLAUSE = "合同第5.2条"
COMMENT = "第三章工程量与图纸不一致，请逐项复核。"


def a_pdf(title: str = "") -> bytes:
    """Return the bytes of a one-page PDF, others for another title."""
    writer = PdfWriter()
    if title:
        writer.add_metadata({"/Title": title})
    writer.add_blank_page(595, 842)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Agreed:
    """A contract with the people of both sides."""

    city: City
    contract_id: int
    owner: Person
    firm: Person

    @property
    def here(self) -> Installation:
        """The installation it lives in."""
        return self.city.here

    @property
    def operator(self) -> Person:
        """The operator's clerk of its city."""
        return self.city.operator

    def work(self, person: Person | None = None) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work of a person, or of a job."""
        actor = person.actor if person else Actor("job:test")
        return unit_of_work(self.here.sessions, actor, self.here.clock)

    def contract(self) -> Contract:
        """Return the contract as it stands."""
        with self.work() as work:
            return work.session.get_one(Contract, self.contract_id)

    def clock(self) -> Clock:
        """Return its clock as it stands."""
        with self.work() as work:
            found = clock_of(work, f"contract:{self.contract_id}")
        assert found is not None
        return found

    def rounds(self) -> list[queries.Round]:
        """Return the rounds of work, the first one first."""
        with self.work() as work:
            return queries.rounds_of(work, work.session.get_one(Contract, self.contract_id))

    def do(self, person: Person, deed: Callable[[UnitOfWork, Contract], object]) -> None:
        """Let a person of a side do something with the contract."""
        with self.work(person) as work:
            deed(work, queries.for_party(work, self.contract_id))

    def confirm(self) -> None:
        """Let the side that did not file confirm."""
        filed_by_firm = self.contract().filed_by_org_id == self.firm.actor.org_id
        self.do(self.owner if filed_by_firm else self.firm, actions.confirm)

    def return_filing(self, person: Person | None = None) -> None:
        """Let the owner, unless it is another, return what was filed."""
        self.do(
            person or self.owner,
            lambda work, contract: actions.return_filing(work, contract, "金额与报价单不一致"),
        )

    def refile(self, person: Person | None = None, **differences) -> None:
        """Let the firm, unless it is another, file again."""

        def deed(work: UnitOfWork, contract: Contract) -> None:
            facts = the_facts(work, **differences)
            actions.refile(work, contract, facts, a_file(self.here, work))

        self.do(person or self.firm, deed)

    def hand_over(self) -> None:
        """Let the owner hand over the materials."""
        self.do(self.owner, lambda work, c: actions.hand_over(work, c, MATERIALS))

    def deliver(self) -> None:
        """Let the firm hand in a round of its work, signed by whoever the contract names first."""

        def deed(work: UnitOfWork, contract: Contract) -> None:
            title = f"round {len(queries.rounds_of(work, contract)) + 1}"
            stored = a_file(self.here, work, "成果.pdf", title=title)
            signers = [one.member.id for one in named(work, contract)]
            signer_id = signers[0] if signers else None
            actions.deliver(work, contract, stored, "请查收", signer_id=signer_id)

        self.do(self.firm, deed)

    def supply(self) -> None:
        """Let the firm hand in what it was asked for."""
        self.do(
            self.firm,
            lambda work, c: examining.supply(
                work, c, a_file(self.here, work, "补正.pdf"), "已补齐"
            ),
        )

    def accept(self) -> None:
        """Let the owner accept the last round."""
        self.do(self.owner, actions.accept)

    def return_work(self) -> None:
        """Let the owner return the last round."""
        self.do(
            self.owner,
            lambda work, c: actions.return_work(
                work, c, ReturnReason.DATA_ERROR, COMMENT, clause=CLAUSE
            ),
        )


def a_file(
    here: Installation, work: UnitOfWork, name: str = "合同.pdf", *, title: str = ""
) -> StoredFile:
    """Return a PDF that the actor has handed in."""
    return files.keep(work, here.config.uploads_dir, BytesIO(a_pdf(title)), name)


def the_facts(work: UnitOfWork, **differences) -> ContractFacts:
    """Return what a contract says, signed today, unless the differences say otherwise."""
    usual = {"price_fen": 9_800_000, "signed_on": work.today, "service_working_days": 15}
    return ContractFacts(**(usual | differences))


def file_it(drawn: Drawn, person: Person, **differences) -> Agreed:
    """Let a side file the contract of a confirmed award."""
    with drawn.city.work(person) as work:
        award, need, firm = queries.award_to_sign(work, drawn.award.id)
        facts = the_facts(work, **differences)
        stored = a_file(drawn.city.here, work)
        contract = actions.file(work, award, need, firm, facts=facts, stored=stored)
        contract_id = contract.id
    return Agreed(drawn.city, contract_id, drawn.city.clerk, drawn.delegate)


def a_filed_contract(
    here: Installation, clock: ManualClock, *, by_owner: bool = False, **differences
) -> Agreed:
    """Return a contract that the firm, or the owner, has filed. The differences are the need's."""
    drawn = a_confirmed_award(here, clock, **differences)
    return file_it(drawn, drawn.city.clerk if by_owner else drawn.delegate)


def a_contract(here: Installation, clock: ManualClock, **differences) -> Agreed:
    """Return a contract in force whose materials are to be handed over."""
    agreed = a_filed_contract(here, clock, **differences)
    agreed.confirm()
    return agreed


def a_running_contract(here: Installation, clock: ManualClock, **differences) -> Agreed:
    """Return a contract whose service clock started just now."""
    agreed = a_contract(here, clock, **differences)
    agreed.hand_over()
    return agreed


def a_delivered_contract(here: Installation, clock: ManualClock, **differences) -> Agreed:
    """Return a contract whose first round waits for the owner's review."""
    agreed = a_running_contract(here, clock, **differences)
    agreed.deliver()
    return agreed


def an_accepted_contract(here: Installation, clock: ManualClock, **differences) -> Agreed:
    """Return a contract that is done."""
    agreed = a_delivered_contract(here, clock, **differences)
    agreed.accept()
    return agreed
