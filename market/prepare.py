"""``zjcs migrate``: keys, schema and the log's first entry, in that order; safe to repeat."""

from sqlalchemy import select

from audit import store
from market import log, migrations
from market.config import Config
from market.db import Actor, unit_of_work
from market.draws.policy import policy_of
from market.draws.protocol import genesis_entry
from market.installation import Installation
from market.keys import Keys


def prepare(config: Config) -> tuple[str | None, str]:
    """Make an installation ready to start; return the schema's version before and after.

    Raises:
        ConfigurationError: A setting cannot be trusted.
    """
    config.check()
    # Salts, contacts and keys lie here: nobody but the service's own account may look in.
    config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    Keys.make(config.keys_dir)
    here = Installation.open(config)
    versions = migrations.upgrade(here.engine)
    begin_log(here)
    here.engine.dispose()
    return versions


def begin_log(here: Installation) -> None:
    """Write the genesis entry at index 0, unless the log has begun."""
    with unit_of_work(here.sessions, Actor("job:prepare"), here.clock) as work:
        connection = work.session.connection()
        # The head's row is the lock: of two nodes one begins the log and the other sees it.
        store.insert_once(connection, store.heads, id=1, size=0)
        work.session.execute(select(store.heads.c.size).with_for_update())
        if work.session.execute(select(store.submissions.c.id).limit(1)).first() is None:
            work.submit(
                genesis_entry(origin=here.config.origin, policy=policy_of(here), at=work.now)
            )
    log.sequence(here)
