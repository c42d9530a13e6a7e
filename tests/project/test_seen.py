"""What stories share of what they looked at: never more than was seen, whoever saw it."""

from tests.stories.seen import Seen


def test_what_was_seen_is_known_and_nothing_else():
    seen = Seen()
    seen.add(["a", "b"])
    assert seen.has(["a"])
    assert seen.has([])
    assert not seen.has(["a", "c"])


def test_what_another_process_saw_is_known(tmp_path):
    one, other = Seen(), Seen()
    for seen in (one, other):
        seen.share(tmp_path / "seen")
    assert not other.has(["a"])
    one.add(["a"])
    assert other.has(["a"])
    other.add(["b"])
    one.add(["c"])
    assert one.has(["a", "b", "c"])
    assert other.has(["a", "b", "c"])
    assert not one.has(["d"])


def test_half_a_line_is_not_believed_until_it_is_whole(tmp_path):
    whole, file = tmp_path / "whole", tmp_path / "file"
    writer, reader = Seen(), Seen()
    writer.share(whole)
    writer.add(["a"])
    reader.share(file)
    file.write_bytes(whole.read_bytes()[:20])
    assert not reader.has(["a"])
    file.write_bytes(whole.read_bytes())
    assert reader.has(["a"])
