"""What an edition stores of a module besides its sections and questions."""

from __future__ import annotations

from typing import Any

from learning.content.digest import edition_digest
from learning.content.schema import Library, Module


def edition_data(library: Library, module: Module) -> dict[str, Any]:
    return {
        "language": module.language,
        "digest": edition_digest(library, module),
        "title": module.title,
        "summary": module.summary,
        "part_title": library.part_title(module.slug, module.language),
        "minutes": module.minutes,
        "reviewed": module.reviewed,
        "review_due": module.review_due,
        "objectives": [list(objective) for objective in module.objectives.items()],
        "teach_back": dict(module.teach_back),
        "must_know": list(module.must_know),
        "pemat": {
            "understandable": module.pemat.understandable,
            "actionable": module.pemat.actionable,
        },
        "words": library.words_of(module),
        "sources": library.sources_of(module),
    }
