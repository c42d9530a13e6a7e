"""How Alembic runs a migration here: on the connection that ``upgrade`` opened and locked."""

from alembic import context

from market.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction covers everything
)
context.run_migrations()
