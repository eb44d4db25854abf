"""Digests that change exactly when what is published would change.

They cover what files say, not how they are laid out: a comment or another order of keys makes no
new edition, and neither does an entry of a registry that the module does not use.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from learning.content.schema import Library, Module, word_keys


def wording_digest(text: Mapping[str, Any]) -> str:
    """The digest of what is read of a question."""
    return _digest(text)


def edition_digest(library: Library, module: Module) -> str:
    """The digest of a module with every fact, source, mix-up, word and picture that it uses."""
    facts = [library.facts[key] for key in sorted(library.facts_of(module))]
    mixups = {key for question in module.questions for key in question.mixups}
    return _digest(
        {
            "module": module,
            "part_title": library.part_title(module.slug, module.language),
            "facts": facts,
            "sources": [
                library.sources[key]
                for key in sorted({key for fact in facts for key in fact.sources})
            ],
            "misconceptions": [library.misconceptions[key] for key in sorted(mixups)],
            "words": [library.words[key] for key in sorted(word_keys(module))],
        }
    )


def _digest(data: Any) -> str:
    canonical = json.dumps(_plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Where a line may end is layout too.
    return hashlib.sha256(canonical.replace("\N{NO-BREAK SPACE}", " ").encode()).hexdigest()


def _plain(data: Any) -> Any:
    """The data as JSON can hold it, without the fields that are made from other fields."""
    if dataclasses.is_dataclass(data):
        return {
            field.name: _plain(getattr(data, field.name))
            for field in dataclasses.fields(data)
            if field.compare
        }
    if isinstance(data, Mapping):
        # Pairs keep the order of objectives, which readers see.
        return [[key, _plain(value)] for key, value in data.items()]
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    return data.isoformat() if isinstance(data, datetime.date) else data
