"""A module of the simulated site with a history: three editions, and approvals of the first."""

from __future__ import annotations

import datetime
from dataclasses import replace

from learning.content.schema import Library, Module

EDITED = "your-care-team"
_PLACE = (EDITED, "en")


def publish_edited(library: Library, *, now: datetime.datetime) -> None:
    """Approve the edition that is there, reword it, then publish a question in a new version."""
    from learning.actions.publishing import publish
    from learning.actions.signing import Approval, sign_off, take_back
    from learning.models import Edition

    def put(module: Module) -> None:
        changed = replace(library, modules={**library.modules, _PLACE: module})
        publish(changed, actor="operator", now=now, same_meaning=True)

    first = Edition.objects.get(module__slug=EDITED)
    for kind, name, role in (
        ("clinical", "Doctor Demo", "breast cancer doctor, simulated"),
        ("patient", "Reader Demo", "lives with MBC, simulated"),
        ("clinical", "Doctor Mistaken", "doctor, simulated"),
    ):
        approval = Approval(kind, name, role, now.date(), "Folder 3, room 12")
        made = sign_off(edition=first, approval=approval, by=None, now=now)
    take_back(found=made, why="It was of another module.", by=None, now=now)
    reworded = _reworded(library.modules[_PLACE])
    put(reworded)
    asked, *others = reworded.questions
    put(replace(reworded, questions=(replace(asked, version=asked.version + 1), *others)))


def _reworded(module: Module) -> Module:
    section, *sections = module.sections
    asked, *questions = module.questions
    html = section.body.html.replace("team", "cancer team").replace("You can", "It is fine to")
    return replace(
        module,
        sections=(
            replace(
                section,
                title=f"{section.title}, in other words",
                body=replace(section.body, html=html),
            ),
            *sections,
        ),
        questions=(replace(asked, stem=f"Think of your team. {asked.stem}"), *questions),
    )
