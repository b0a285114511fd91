"""What the hidden sheet of a product says, and the digest over all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from perfcli.text import Wording
from perfcli.version import __version__

SEAL = "seal"

_FORMERLY_SEALED = ("period", "language", "rules", "employees", "tables")


def make_mark(
    kind: str, schema: str, wording: Wording, period: str, facts: Mapping[str, object]
) -> dict[str, str]:
    """A mark with facts as JSON, sealed."""
    mark = {
        "kind": kind,
        "schema": schema,
        "perf": __version__,
        "language": str(wording.language),
        "period": period,
        **{key: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for key, value in facts.items()},
    }
    return {**mark, SEAL: digest(mark)}


def digest(mark: Mapping[str, str]) -> str:
    """The SHA-256 over every key of a mark and its value, each with its length before it.

    So nothing can be added or taken away, and no text can move from one value to the next.
    """
    found = hashlib.sha256()
    for key in sorted(mark):
        if key != SEAL:
            for text in (key.encode(), mark[key].encode()):
                found.update(f"{len(text)}:".encode() + text)
    return found.hexdigest()


def former_digest(mark: Mapping[str, str]) -> str:
    """The digest of the first schemas: over period, language, rules, record and tables."""
    return hashlib.sha256("\x1e".join(mark.get(key, "") for key in _FORMERLY_SEALED).encode()).hexdigest()
