"""What was deleted by the rules of retention, what is past its term, and what comes next."""

from flask import render_template
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.documents import queries_retention
from market.documents.retention import Ending
from market.documents.rules import DocKind
from market.documents.schedule import SUBJECT, days_of
from market.documents.views.blueprint import bp
from market.labels import label_of
from market.web.deeds import reading


@bp.get("/document-retention")
@requires(Permission.DOCUMENT_CHECK)
def retention() -> str:
    """Show the operator the rules, and what came of them."""
    with reading() as work:
        rules = regulations.in_force(SUBJECT, work.today)
        return render_template(
            "documents/retention.html",
            erased=queries_retention.erased(work),
            count=queries_retention.count_erased(work),
            past=queries_retention.past_term(work),
            coming=queries_retention.coming(work),
            rules=rules,
            endings=list(Ending),
            columns=[{"label": gettext(label_of(ending).text), "num": True} for ending in Ending],
            terms=[(kind, [days_of(rules, ending, kind) for ending in Ending]) for kind in DocKind],
        )
