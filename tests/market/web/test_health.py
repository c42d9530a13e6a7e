"""Whether a node is fit to serve, for whoever balances the load."""

from sqlalchemy import text


def test_a_node_in_order_is_alive_and_ready(client):
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_node_whose_schema_is_old_is_alive_and_not_ready(client, fast_here):
    with fast_here.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "zjcs migrate" in answer.text


def test_a_node_without_its_database_is_alive_and_not_ready(client, fast_here):
    with fast_here.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
