"""What firms' published fees give for a need: at a draw by its notice, before it by the draft."""

from dataclasses import dataclass

from market import regulations
from market.db import UnitOfWork
from market.draws.disclosed import Disclosed, bases_in, disclosed_at, project_in, worth
from market.draws.eligibility import Failure
from market.draws.errors import UnverifiableError
from market.draws.model import Draw
from market.draws.queries.finding import enrolment_of
from market.draws.uncomputable import Missing, failure_of
from market.firms.model import Firm, FirmFee
from market.firms.queries import current_fee
from market.needs.documents import fixed_terms
from market.needs.model import Need, Notice
from market.needs.price_cap import FEES_SUBJECT, must_be_computable
from market.tariffs.comparing import Hindrance
from market.tariffs.disclosed import Project, base_label, named, project_of
from market.tariffs.inputs import BasesError, QuestionError


def disclosed_for(work: UnitOfWork, draw: Draw, notice: Notice, firm: Firm) -> Disclosed:
    """Return what a firm's published fee gives for the need of a draw.

    ``notice`` is the draw's own, with the bytes that the log holds the digest of.

    Raises:
        ValueError: They are not those bytes.
    """
    item_code = work.session.get_one(Need, draw.need_id).item_code
    enrolment = enrolment_of(work, draw, firm)
    at = enrolment.enrolled_at if enrolment else work.now
    return disclosed_at(work, notice, firm, item_code, at)


def uncomputable(work: UnitOfWork, draw: Draw, firm: Firm) -> Failure | None:
    """Return why the notice of a draw keeps a firm out for its fee; None if it does not.

    Raises:
        UnverifiableError: The notice's bytes are not those that were logged.
    """
    notice = work.session.get_one(Notice, draw.notice_id)
    try:
        if not fixed_terms(notice).computable:
            return None
        found = disclosed_for(work, draw, notice, firm)
    except (ValueError, LookupError, TypeError) as error:
        raise UnverifiableError("notice", ["document"]) from error
    if found.hindrance is None:
        return None
    return failure_of(_missing(work, found, notice))


def _missing(work: UnitOfWork, found: Disclosed, notice: Notice) -> Missing:
    fee = found.fee
    stated = [base.line for base in bases_in(notice)]
    if (computed := project_in(notice).computed) is not None:
        stated.append(f"{computed.standard.name.zh}（{computed.variant.name.zh}）")
    return Missing(
        why=found.hindrance or Hindrance.NO_FEE,
        base=base_label(fee) if fee else "",
        table=_table(work, fee) if fee else "",
        stated=stated,
    )


def _table(work: UnitOfWork, fee: FirmFee) -> str:
    table = named(fee, work.today)
    return table.name.zh if table else fee.basis_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What fees would be computed from if a need's notice went out now, and whether they must."""

    need: Need
    project: Project
    must: bool

    def of(self, work: UnitOfWork, firm: Firm) -> "Now":
        """Return what a firm's fee of today gives."""
        fee = current_fee(work, firm.id, self.need.item_code)
        found = worth(fee, self.project, work.today)
        if isinstance(found, Hindrance):
            # A firm without any fee fails another rule.
            return Now(keeps_out=self.must and found is not Hindrance.NO_FEE)
        # A form that is still being typed may say nothing of the ceiling.
        return Now(fen=found.fee_fen, is_above=0 < self.need.ceiling_fen < found.fee_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What one firm's fee of today gives for a need."""

    fen: int | None = None
    is_above: bool = False
    keeps_out: bool = False


def asking(work: UnitOfWork, need: Need) -> Asking:
    """Return what a need, stored or not, states of its project.

    What cannot be read counts as not stated: the form says so at its field.
    """
    try:
        project = project_of(need.fee_bases or "", need.fee_standard or "", work.today)
    except (BasesError, QuestionError):
        project = Project()
    must = must_be_computable(regulations.in_force(FEES_SUBJECT, work.today))
    return Asking(need=need, project=project, must=must)
