"""The official AMP validator, run by V8 inside this process: no Node, no network."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer

from tests.tool.npm import npm_member

PACKAGE = "next@15.2.0"
MEMBER = "package/dist/compiled/amphtml-validator/validator_wasm.js"
SHA256 = "f1f4629ab36f555f5a9937a5cf00f0ef780bf025883c035d06389b151c896f26"
"""Rules built on 2025-01-09; Apache-2.0."""

START_SECONDS = 240

VALIDATE = """
function validate(html) {
  const result = amp.validator.validateString(html);
  return JSON.stringify(result.errors.map(e => [
    e.severity, e.code, e.line, e.col, amp.validator.renderErrorMessage(e)
  ]));
}
"""


@dataclass(frozen=True, slots=True)
class AmpProblem:
    """One finding of the validator, in its own words."""

    severity: str
    code: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.code}: {self.message}"


class AmpValidator:
    """Calling it with a document's text gives the errors; a valid document gives none."""

    def __init__(self, engine: MiniRacer) -> None:
        self._engine = engine

    def __call__(self, html: str | bytes) -> list[AmpProblem]:
        """What the validator calls errors: any of them makes the document invalid AMP."""
        return [problem for problem in self.problems(html) if problem.severity == "ERROR"]

    def problems(self, html: str | bytes) -> list[AmpProblem]:
        """Errors and warnings, in order of place."""
        text = html.decode("utf-8") if isinstance(html, bytes) else html
        return [AmpProblem(*row) for row in json.loads(str(self._engine.call("validate", text)))]


@contextmanager
def amp_validator() -> Iterator[AmpValidator]:
    """A running validator; V8's thread ends with the block, or the interpreter would never exit."""
    script = engine_script()
    engine = MiniRacer()
    try:
        engine.eval(script.read_text("utf-8"))
        ready: Any = engine.eval("amp.validator.init().then(() => 'ready')")
        ready.get(timeout=START_SECONDS)
        engine.eval(VALIDATE)
        yield AmpValidator(engine)
    finally:
        engine.close()


def engine_script() -> Path:
    """The validator's script, fetched at first use; raises ToolMissing."""
    return npm_member(PACKAGE, MEMBER, SHA256)
