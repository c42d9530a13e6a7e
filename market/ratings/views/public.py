"""The public pages of ratings: who was rated how, by whom, and how to check what was said."""

from flask import render_template

from market import regulations
from market.access import OrgKind, Permission, public
from market.accounts.queries import organisation_by_code
from market.errors import MissingError
from market.ratings import queries, statistics
from market.ratings.covers import queries as covers
from market.ratings.labels import WORDS
from market.ratings.reviews import queries as reviews
from market.ratings.rules import RATED, Dimension, Rated, in_words
from market.ratings.views.blueprint import bp
from market.web.deeds import reading
from market.web.lists import PAGE_ROWS, Pages, one_asked

_LATEST = 10
_KINDS = {
    OrgKind.FIRM: Rated.FIRM,
    OrgKind.OWNER: Rated.OWNER,
    OrgKind.REGULATOR: Rated.AUTHORITY,
}


@bp.get("")
@public
def index() -> str:
    """Show how firms, owners or authorities were rated, the latest ratings, and each month."""
    of = one_asked(Rated, "of") or Rated.FIRM
    with reading() as work:
        pages = Pages.of(statistics.count_board(work, of))
        return render_template(
            "ratings/index.html",
            of=of,
            kinds=list(Rated),
            rows=statistics.board(work, of, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
            latest=queries.released(work, of=of, limit=_LATEST, offset=0),
            months=statistics.monthly(work, of),
            rules=regulations.in_force(queries.SUBJECT, work.today),
            score=in_words,
        )


@bp.get("/of/<code>")
@public
def organisation(code: str) -> str:
    """Show how one organisation was rated, in each of the five things and one by one."""
    with reading() as work:
        found = organisation_by_code(work, code)
        of = _KINDS.get(OrgKind(found.kind))
        if of is None:
            raise MissingError
        pages = Pages.of(queries.count_released(work, org_id=found.id))
        rows = queries.released(work, org_id=found.id, limit=PAGE_ROWS, offset=pages.offset)
        ids = [row.rating.id for row in rows]
        return render_template(
            "ratings/organisation.html",
            who=found,
            of=of,
            words=WORDS[of],
            dimensions=list(Dimension),
            figures=statistics.of_organisation(work, found.id, of),
            silence=statistics.own_silence(work, found.id),
            rows=rows,
            reviews=reviews.of_ratings(work, ids),
            pages=pages,
            rules=regulations.in_force(queries.SUBJECT, work.today),
            score=in_words,
        )


@bp.get("/contracts/<number>")
@public
def contract(number: str) -> str:
    """Show the ratings of one contract: sealed ones by their commitment, open ones in full."""
    with reading() as work:
        found = queries.contract_of(work, number)
        rows = queries.of_contract(work, found.id)
        ids = [row.rating.id for row in rows]
        return render_template(
            "ratings/contract.html",
            contract=found,
            rows=rows,
            words={row.rating.id: WORDS[RATED[row.rating.direction]] for row in rows},
            dimensions=list(Dimension),
            reviews=reviews.of_ratings(work, ids),
            call_backs=reviews.call_backs_of(work, ids),
            actor_org_id=work.actor.org_id,
            covered=covers.of_ratings(work, ids),
            covers=Permission.RATING_EXAMINE in work.actor.permissions,
            score=in_words,
        )
