"""`python -m bench` runs every measurement, `python -m bench serve ...` one, `python -m bench --list` names them.

`python -m bench --short` runs those that have a quick form (the arguments in their `SHORT`): whether they still run and
get right answers, not how fast. Whatever is measured, only a crash or a wrong answer makes the exit code 1.
"""

from __future__ import annotations

import ast
import importlib
import runpy
import subprocess
import sys
from pathlib import Path

SERVERS = {"stand"}
"""Modules that are run by a measurement, not by themselves."""
HERE = Path(__file__).parent


def benches() -> dict[str, str]:
    """Measurement -> what it measures: every module here that can be run by itself."""
    found = {}
    for file in sorted(HERE.glob("*.py")):
        text = file.read_text("utf-8")
        if not file.name.startswith("_") and file.stem not in SERVERS and '__name__ == "__main__"' in text:
            found[file.stem] = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    return found


def quick() -> dict[str, tuple[str, ...]]:
    """Measurement -> the arguments of its quick form, for those that have one."""
    modules = {name: importlib.import_module(f"bench.{name}") for name in benches()}
    return {name: module.SHORT for name, module in modules.items() if hasattr(module, "SHORT")}


def main(arguments: list[str]) -> int:
    """Run one measurement in this process, or all of them one after the other."""
    known = benches()
    if arguments[:1] == ["--list"]:
        print("\n".join(f"{name:12} {line}" for name, line in known.items()))
        return 0
    if arguments[:1] == ["--short"]:
        return max([_run(name, *given) for name, given in quick().items()], default=0)
    if arguments:
        if arguments[0] not in known:
            print(f"no measurement {arguments[0]!r}; there are: {', '.join(known)}", file=sys.stderr)
            return 2
        sys.argv = arguments
        runpy.run_module(f"bench.{arguments[0]}", run_name="__main__")
        return 0
    return max([_run(name) for name in known], default=0)


def _run(name: str, *given: str) -> int:
    print(f"\n== {name}", *given, flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *given], cwd=HERE.parent).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
