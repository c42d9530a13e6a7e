"""Doing things at one moment in many threads."""

import threading
from collections.abc import Callable

from market.errors import MarketError


def together(number: int, deed: Callable[[int], object]) -> list[object]:
    """Do a deed in many threads that start at one moment; return what each got."""
    barrier = threading.Barrier(number)
    got: list[object] = [None] * number

    def run(place: int) -> None:
        barrier.wait()
        try:
            got[place] = deed(place)
        except MarketError as error:
            got[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
