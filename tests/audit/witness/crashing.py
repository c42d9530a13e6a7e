"""A witness that dies by SIGKILL when its answer is ready: ``python -m … FOLDER PORT EVERY``.

The checkpoint is on the disk and nobody has been told. EVERY says which answer kills it; 0 lets
it live.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import waitress

from audit.witness.folder import Folder
from audit.witness.server import application
from tests.audit.witness.serving import NoReader


def main(path: Path, port: int, every: int) -> None:
    folder = Folder.open(path)
    answer = application(folder.witness(lambda: datetime.now(UTC), NoReader()))
    count = 0

    def crashing(environ, start_response):
        nonlocal count
        body = answer(environ, start_response)
        count += environ["REQUEST_METHOD"] == "POST"
        if every and count == every:
            os.kill(os.getpid(), signal.SIGKILL)
        return body

    waitress.serve(crashing, host="127.0.0.1", port=port, threads=4, ident=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
