"""The command's import, killed by itself at a batch: `import_writer stored|storing NUMBER SOURCE FOLDER`.

`stored` dies after a batch was committed, `storing` inside its transaction.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from publisher.cli import main
from publisher.desk import ingest
from publisher.store.sqlite_table import SqliteTables

BATCH = 20


def deadly(work: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The function, which kills this process at a call."""
    calls = 0

    def counted(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*arguments)

    return counted


if __name__ == "__main__":
    _, moment, number, source, folder = sys.argv
    ingest.BATCH = BATCH
    owner, name = (ingest.Ingest, "_keep_mark") if moment == "stored" else (SqliteTables, "remember")
    setattr(owner, name, deadly(getattr(owner, name), int(number)))
    sys.argv = ["publisher", "import", source, "--site", folder]
    main()
