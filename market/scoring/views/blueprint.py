"""The blueprint that every page of scored selection hangs on, and how a proposal is handed out."""

from flask import Blueprint, Response

from market.db import UnitOfWork
from market.scoring.model import Proposal
from market.web.downloads import uploaded

bp = Blueprint("scoring", __name__, url_prefix="/scoring")


def pdf(work: UnitOfWork, proposal: Proposal, number: str, enrolment: int) -> Response:
    """Hand out a proposal under a name that says nothing of the firm's own."""
    response = uploaded(work, proposal.file_id)
    name = f"{number}-{enrolment + 1}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
