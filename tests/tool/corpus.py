"""The corpus generator that lies beside the project: a deterministic news site of any size."""

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from tests.tool.shared import shared


@cache
def corpus_module() -> Any:
    """`../shared/tools/corpus.py` as a module."""
    spec = spec_from_file_location("corpus", shared("tools", "corpus.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    return module


def corpus(articles: int, seed: int = 7, pool: int = 64) -> Any:
    """A site of so many articles; `article(i)` and `events(article)` are its parts."""
    return corpus_module().Corpus(seed, articles, pool=pool)
