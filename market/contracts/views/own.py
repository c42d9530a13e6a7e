"""The pages of the two sides: their contracts, one of them, and its files."""

from typing import Final

from flask import Response, render_template

from market.access import Permission, public, requires
from market.accounts.queries import organisation
from market.contracts import beside, queries
from market.contracts.examining import queries as examining
from market.contracts.forms import DeedForm, ReturnFilingForm
from market.contracts.reports import queries as reports
from market.contracts.thread import queries as thread
from market.contracts.turns import turns_of
from market.contracts.views.blueprint import ONE, bp
from market.contracts.views.shown import clock_facts, facts_of, is_silent, steps_of
from market.errors import MissingError
from market.web.deeds import NUMBER, reading
from market.web.downloads import uploaded
from market.web.lists import PAGE_ROWS, Pages

# What may be downloaded from a contract's pages by whoever may read the contract.
_FILES: Final = (queries.has_file, examining.has_file, reports.has_file, thread.has_file)


@bp.get("/contracts/mine")
@requires(Permission.WORKBENCH_OPEN)
def mine() -> str:
    """List the contracts of the reader's organisation, and those it has yet to sign."""
    with reading() as work:
        pages = Pages.of(queries.count_of_party(work))
        contracts = queries.of_party(work, limit=PAGE_ROWS, offset=pages.offset)
        parties = {i for c in contracts for i in (c.owner_org_id, c.firm_org_id)}
        return render_template(
            "contracts/mine.html",
            contracts=contracts,
            turns=turns_of(work, contracts),
            names={i: organisation(work, i).name for i in parties},
            to_sign=queries.awards_to_sign(work),
            may_file=Permission.CONTRACT_FILE in work.actor.permissions,
            own=work.actor.org_id,
            pages=pages,
        )


@bp.get(ONE)
@requires(Permission.WORKBENCH_OPEN)
def show(contract_id: int) -> str:
    """Show a contract to its sides and to those who oversee."""
    with reading() as work:
        contract = queries.for_reader(work, contract_id)
        return render_template(
            "contracts/show.html",
            contract=contract,
            version=contract.version,
            confirm_form=DeedForm(),
            return_form=ReturnFilingForm(),
            **facts_of(work, contract),
        )


@bp.get(f"{ONE}/files/<{NUMBER}:file_id>")
@requires(Permission.WORKBENCH_OPEN)
def download(contract_id: int, file_id: int) -> Response:
    """Hand out a contract's text or a deliverable, always as a file and never as a page."""
    with reading() as work:
        contract = queries.for_reader(work, contract_id)
        if not any(has(work, contract, file_id) for has in _FILES):
            raise MissingError
        return uploaded(work, file_id)


@bp.get("/contracts/<number>", endpoint="public")
@public
def public_page(number: str) -> str:
    """Show a contract in force to everyone, without its files."""
    with reading() as work:
        row = queries.public(work, number)
        rounds = queries.rounds_of(work, row.contract)
        return render_template(
            "contracts/public.html",
            row=row,
            contract=row.contract,
            steps=steps_of(row.contract, rounds),
            rounds=rounds,
            is_silent=is_silent(rounds),
            beside=beside.panels(work, row.contract),
            **clock_facts(work, row.contract),
        )
