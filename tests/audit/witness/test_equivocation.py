"""A log that tells two stories finds no witness for the second, however it tries (R9)."""

import threading

from audit.note import open_note
from audit.witness.folder import Folder
from audit.witness.rules import EvidenceKind
from audit.witness.server import application
from tests.audit.witness.serving import (
    NoReader,
    Tree,
    a_running_witness,
    a_tree,
    forked,
    request_body,
    send,
    served,
)

TREE = a_tree(64)
ATTEMPTS = 500


def another(tree, number: int):
    """The log with other entries from a place that differs each time."""
    other = forked(tree, number % 32)
    other.bodies[number % 32] += b" %d" % number
    return other


def test_a_thousand_of_a_thousand_equivocations_are_refused(tmp_path):
    with a_running_witness(tmp_path / "w", TREE.signer) as witness:
        assert send(witness.url, TREE.request(0, 32)).status == 200
        statuses = []
        for number in range(ATTEMPTS):
            fork = another(TREE, number)
            # Another tree of the size that was cosigned, and one that only grows from there.
            statuses.append(send(witness.url, request_body(32, [], fork.note(32))).status)
            statuses.append(send(witness.url, fork.request(32, 33 + number % 31)).status)
        assert statuses == [422] * 2 * ATTEMPTS
        kept = witness.folder.store.all_evidence()
        # Of what grows from there, the first of each size may be the truth; the others are not.
        unproven = [one for one in kept if one.kind is EvidenceKind.NOT_EXTENDED]
        assert len(unproven) == len({number % 31 for number in range(ATTEMPTS)})
        proofs = [one for one in kept if one.kind is EvidenceKind.SAME_SIZE]
        assert len(proofs) + len(unproven) == len(kept) == 2 * ATTEMPTS
        for one in (*proofs[:5], *proofs[-5:]):
            texts = {
                open_note(note, [TREE.signer.verifier])[0].text for note in (one.kept, one.offered)
            }
            assert len(texts) == 2
        assert send(witness.url, TREE.request(32, 64)).status == 200


def test_one_fork_sent_again_and_again_is_kept_once(tmp_path):
    with a_running_witness(tmp_path / "w", TREE.signer) as witness:
        send(witness.url, TREE.request(0, 32))
        fork = another(TREE, 1)
        for _ in range(5):
            assert send(witness.url, request_body(32, [], fork.note(32))).status == 422
        assert len(witness.folder.store.all_evidence()) == 1


def test_of_two_stories_told_at_once_one_is_cosigned(tmp_path):
    """Check and set are one step: threads race, and each size gets one root."""
    stories = [TREE, *(another(TREE, number) for number in range(7))]
    roots: dict[int, set[bytes]] = {}
    lock = threading.Lock()

    with a_running_witness(tmp_path / "w", TREE.signer) as witness:

        def tell(story) -> None:
            old = 0
            for new in (32, 40, 48, 64):
                start.wait()
                answer = send(witness.url, story.request(old, new))
                if answer.status == 200:
                    old = new
                    with lock:
                        roots.setdefault(new, set()).add(story.checkpoint(new).root)

        start = threading.Barrier(len(stories))
        threads = [threading.Thread(target=tell, args=(story,)) for story in stories]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(roots) == [32, 40, 48, 64]
    assert all(len(found) == 1 for found in roots.values())


def test_two_servers_on_one_folder_cosign_one_story(tmp_path):
    """What makes it safe is the file, not the process."""
    told = a_tree(20)
    with a_running_witness(tmp_path / "w", told.signer) as first:
        again = Folder.open(tmp_path / "w").witness(first.clock, NoReader())
        with served(application(again)) as second:
            assert send(first.url, told.request(0, 20)).status == 200
            for number in range(12):
                size = len(told.bodies)
                stories = [
                    Tree([*told.bodies, b"%d %d" % (side, number)], told.signer)
                    for side in range(2)
                ]
                answers = at_once(
                    lambda side, stories=stories, size=size: (
                        send(
                            (first.url, second)[side], stories[side].request(size, size + 1)
                        ).status
                    )
                )
                assert sorted(answers) == [200, 409]
                told = stories[answers.index(200)]
        assert first.folder.store.latest(told.signer.name).known.size == 32


def at_once(ask) -> list[int]:
    """Let two threads ask at the same moment; return what each was answered."""
    answers = [0, 0]
    together = threading.Barrier(2)

    def run(side: int) -> None:
        together.wait()
        answers[side] = ask(side)

    threads = [threading.Thread(target=run, args=(side,)) for side in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
