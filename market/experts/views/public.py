"""How large the pool is, for everybody. Nobody in it is named."""

from flask import render_template

from market import regulations
from market.access import public
from market.catalogue.queries import all_items
from market.experts import queries
from market.experts.recusing import SUBJECT
from market.experts.rules import RecusalGround
from market.experts.views.blueprint import bp
from market.web.deeds import reading


@bp.get("")
@public
def index() -> str:
    """Say how many experts there are for each item, how they are drawn, and who stands aside."""
    with reading() as work:
        pool, panels = queries.pool_of_items(work), queries.panels_of_items(work)
        return render_template(
            "experts/index.html",
            rows=[
                (item, pool.get(item.code, 0), panels.get(item.code, 0))
                for item in all_items(work.today)
                if item.code in pool or item.code in panels
            ],
            total=queries.count_in_draws(work),
            rules=regulations.in_force(SUBJECT, work.today),
            grounds=list(RecusalGround),
        )
