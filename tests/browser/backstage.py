"""Sets the scene behind the running site's back: people, scores and perks, by its own services.

A process of its own, with the settings of that site; this module is the tests' end of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from tests.browser.processes import CHECKOUT


class Backstage:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def open(cls, environment: Mapping[str, str]) -> Iterator[Self]:
        argv = [sys.executable, "-m", "tests.browser.stagehand"]
        with subprocess.Popen(
            argv,
            cwd=CHECKOUT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield cls(process)  # it ends when nobody can ask any more

    def ask(self, what: str, *arguments: Any, **options: Any) -> Any:
        """Calls that function of stagehand.py. Raises RuntimeError with what went wrong there."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([what, arguments, options]), file=self._process.stdin, flush=True)
        said = json.loads(self._process.stdout.readline() or '{"error": "stagehand has gone"}')
        if "error" in said:
            raise RuntimeError(said["error"])
        return said["answer"]
