"""Which checks and answers are waited for and which are late: for operator and supervision."""

from flask import render_template

from market.access import Permission, requires
from market.needs import queries
from market.needs.limits import CHECK_LIMIT, SUBJECT, due_at
from market.needs.questions import queries as questions
from market.needs.views.blueprint import bp
from market.regulations import in_force
from market.web.deeds import reading


@bp.get("/terms")
@requires(Permission.OVERSIGHT_READ)
def terms() -> str:
    """List what the operator has to check and what owners have to answer, the first due first."""
    with reading() as work:
        waiting = queries.for_check(work)
        asked = questions.waiting(work)
        rules = in_force(SUBJECT, work.today)
        return render_template(
            "needs/terms.html",
            checks=[(need, due_at(need.state, need.state_since)) for need in waiting],
            asked=asked,
            owners=queries.owner_names(work, [*waiting, *(one.need for one in asked)]),
            limit=rules.integer(CHECK_LIMIT),
        )
