"""Three real witnesses on this machine, two of which a draw needs, by the city's own clock."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from market import log
from tests.audit.witness.serving import Running, a_running_witness
from tests.market.factories.draws import City

QUORUM = 2
NAMES = ("audit.example/w1", "notary.example/w2", "union.example/w3")


def policy_lines(running: list[Running], quorum: int = QUORUM) -> str:
    """Return the lines of a policy that asks for so many of these witnesses."""
    names = [f"w{number}" for number in range(1, len(running) + 1)]
    lines = [
        f"witness {name} {one.verifiers[0].vkey} {one.url}"
        for name, one in zip(names, running, strict=True)
    ]
    return "\n".join(
        [*lines, f"group all-of-them {quorum} {' '.join(names)}", "quorum all-of-them"]
    )


@contextmanager
def witnessed(
    city: City, folder: Path, *, number: int = 3, clock=None
) -> Iterator[tuple[City, ExitStack, list[Running]]]:
    """Give a city's log so many witnesses; the stack ends them all when it is closed."""
    log_key = log.signer_of(city.here)
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                a_running_witness(
                    folder / f"witness{place}", log_key, name=name, clock=clock or city.clock
                )
            )
            for place, name in enumerate(NAMES[:number])
        ]
        path = folder / "policy"
        path.write_text(f"log {log.vkey(city.here)}\n{policy_lines(running)}\n", "utf-8")
        here = replace(city.here, config=replace(city.here.config, policy_file=path))
        yield replace(city, here=here), stack, running
