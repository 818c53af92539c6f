"""Files that are either old or new, never half of each."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_all(contents: dict[Path, str]) -> None:
    """Writes every file under a temporary name, then renames all of them: a full disk or a lost
    permission leaves the old files as they were."""
    staged: list[tuple[str, Path]] = []
    try:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".tmp-", dir=path.parent)
            staged.append((name, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
        for name, path in staged:
            os.replace(name, path)
    finally:
        for name, _ in staged:
            Path(name).unlink(missing_ok=True)
