"""What a NOTICE fixed, against the draw's row: the row is a copy, and a copy can be changed.

Lists and deadlines are quick because a draw's row repeats what its NOTICE says. Whoever can write
to the database can change the row, but not what was logged: nothing is done with a row that says
something else.
"""

from datetime import datetime

from lottery.entries import (
    DrandSource,
    Mode,
    Notice,
    NumbersSource,
    PhiSource,
    VrfSource,
    WeightRule,
)
from market.draws.model import Draw


def fixed_columns(entry: Notice) -> dict[str, object]:
    """Return what a draw's row must say, as its NOTICE fixed it; times in Unix seconds."""
    columns: dict[str, object] = {
        "draw_hash": entry.draw_id.hex(),
        "series": entry.need,
        "series_attempt": entry.attempt,
        "mode": entry.phi.mode.value,
        "places": entry.k,
        "alternates": entry.a,
        "alternates_kind": entry.alternates.value,
        "weighted": entry.weight_rule is WeightRule.LISTED,
        "firm_commits": entry.firm_commits,
        "enrol_open_at": entry.enrol_open,
        "enrol_close_at": entry.enrol_close,
        "freeze_by_at": entry.freeze_by,
        "reveal_by_at": entry.reveal_by,
        "phi_at": entry.t_phi,
    }
    return columns | _source_columns(entry.phi)


def _source_columns(source: PhiSource) -> dict[str, object]:
    """Return what a draw's source makes of its columns."""
    names = ("phi_round", "game", "issue", "platform_key", "supervisor_key")
    columns: dict[str, object] = dict.fromkeys(names)
    match source:
        case DrandSource():
            columns["phi_round"] = source.round
        case NumbersSource():
            columns |= {"game": source.game, "issue": source.issue}
        case VrfSource() if source.mode is not Mode.COMMITTEE:
            columns |= dict(zip(("platform_key", "supervisor_key"), source.keys, strict=False))
        case VrfSource():
            pass
    return columns


def differing(draw: Draw, entry: Notice) -> list[str]:
    """Return the columns of a draw's row that do not say what its NOTICE fixed."""
    return [
        name
        for name, expected in fixed_columns(entry).items()
        if _plain(getattr(draw, name)) != expected
    ]


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, datetime) else value
