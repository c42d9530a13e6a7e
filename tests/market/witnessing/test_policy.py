"""The operating policy: whom the log is to be witnessed by, or a refusal to start."""

from dataclasses import replace

import pytest

from audit.keys import KeyType
from audit.policy import parse
from market import log, witnessing, worker
from market.app import create_app
from market.errors import ConfigurationError
from tests.audit.making import a_signer, a_witness
from tests.audit.witness.serving import a_log_signer

W1 = a_witness("w1.example", 31).verifier.vkey
W2 = a_log_signer(KeyType.ML_DSA_44_COSIGNATURE, 9).verifier.vkey
URL = "http://10.0.0.7:8090"


def with_policy(here, text: str):
    path = here.config.data_dir / "policy"
    path.write_text(text.replace("LOG", log.vkey(here)), "utf-8")
    return path


def test_without_a_file_nobody_is_asked(fast_here):
    assert not witnessing.required(fast_here)
    assert witnessing.policy(fast_here).witnesses == ()
    assert log.policy_text(fast_here) == f"log {log.vkey(fast_here)}\nquorum none\n"
    assert witnessing.feed(fast_here) == 0


def test_the_file_is_the_published_text(fast_here):
    path = with_policy(fast_here, f"# 青川市\nlog LOG\nwitness w1 {W1} {URL}\nquorum w1\n")
    assert witnessing.required(fast_here)
    assert witnessing.policy(fast_here).witnesses[0].url == URL
    assert log.policy_text(fast_here) == path.read_text("utf-8")
    assert parse(log.policy_text(fast_here).encode()).quorum == "w1"


def test_the_file_may_lie_elsewhere(fast_here, tmp_path):
    with_policy(fast_here, "log LOG\nquorum none\n")
    other = tmp_path / "other"
    other.write_text(f"log {log.vkey(fast_here)}\nwitness w1 {W1} {URL}\nquorum w1\n", "utf-8")
    moved = replace(fast_here, config=replace(fast_here.config, policy_file=other))
    assert witnessing.required(moved)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "newline"),
        ("log LOG\n", "quorum"),
        ("quorum none\n", "日志公钥"),
        (f"log {a_signer().verifier.vkey}\nquorum none\n", "日志公钥"),
        (f"log LOG\nlog {a_signer().verifier.vkey}\nquorum none\n", "日志公钥"),
        (f"log LOG\nwitness w1 {W1}\nquorum w1\n", "w1 一行的末尾须写明"),
        (f"log LOG\nwitness w1 {W1} 10.0.0.7\nquorum w1\n", "w1 一行的末尾须写明"),
        (f"log LOG\nwitness w1 {W1} {URL}\nquorum w2\n", "line 3"),
        (f"log LOG\nwitness pq {W2} {URL}\nquorum pq\n", "Ed25519"),
        (
            f"log LOG\nwitness a {W1} {URL}\nwitness b {W2} {URL}\ngroup g all a b\nquorum g\n",
            "达不",
        ),
    ],
)
def test_nothing_starts_with_a_policy_that_cannot_be_used(fast_here, text, reason):
    with_policy(fast_here, text)
    for start in (witnessing.policy, create_app, worker.run):
        with pytest.raises(ConfigurationError, match=reason):
            start(fast_here)


def test_nothing_starts_with_a_file_that_cannot_be_read(fast_here, tmp_path):
    missing = replace(fast_here.config, policy_file=tmp_path / "none")
    with pytest.raises(ConfigurationError, match="ZJCS_POLICY_FILE"):
        witnessing.policy(replace(fast_here, config=missing))
    (fast_here.config.data_dir / "policy").write_bytes(b"\xff\n")
    with pytest.raises(ConfigurationError, match="不能读取"):
        witnessing.policy(fast_here)
