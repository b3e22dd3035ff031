"""The process that `guard` starts: bytes on standard input, one JSON object on standard output."""

import contextlib
import importlib
import json
import sys
from typing import Any

from pledges.extraction.formats import guard, zips
from pledges.extraction.formats.document import UnreadableDocument

READERS = {"docx": "docx", "pdf": "pdf", "html": "html", "xlsx": "sheets", "xls": "sheets"}


def main(kind: str, seconds: str, memory: str) -> None:
    _limit(int(float(seconds)) + 1, int(memory))
    data = sys.stdin.buffer.read()
    json.dump(answer(kind, data), sys.stdout)


def answer(kind: str, data: bytes) -> dict[str, Any]:
    """The reading packed, or the refusal's code and message. Whatever else goes wrong is the file's fault."""
    try:
        return guard.packed(importlib.import_module(f"pledges.extraction.formats.{READERS[kind]}").read(data))
    except UnreadableDocument as error:
        refusal = error
    except (MemoryError, RecursionError):
        refusal = guard.too_heavy()
    except Exception:  # a library met what it did not foresee; its words may quote the file and are not passed on
        refusal = zips.broken()
    return {"code": refusal.code, "message": refusal.message}


def _limit(seconds: int, memory: int) -> None:
    """Where the system knows limits; memory and time are then bounded whatever the libraries do."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main(*sys.argv[1:])
