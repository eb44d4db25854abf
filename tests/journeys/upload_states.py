"""The states of uploaded module files: their faults, what they would change, the preview."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.content_states import ON_DESK
from tests.journeys.reader import Reader, Way
from tests.journeys.states import States, World

UPLOAD = States()
UPLOADS = "/en/overview/content/uploads/"
SLUG = "brain"


def module_file(slug: str = SLUG) -> str:
    path = Path(settings.CONTENT_DIR) / "modules" / slug / "en.yaml"
    return path.read_text(encoding="utf-8")


def reworded(text: str) -> str:
    """The file with another title, and another end of its first question."""
    return text.replace("title: ", "title: More on ", 1).replace("stem: ", "stem: Now, ", 1)


def broken(text: str) -> str:
    """The file with a misspelt key, a fact that is not there and a long line."""
    return (
        text.replace("minutes: ", "minuts: ", 1)
        .replace("{D-", "{D-99", 1)
        .replace("summary: ", f"summary{'x' * 300}: ", 1)
    )


def uploaded(world: World, text: str, *, way: Way | None = None) -> Reader:
    """At the page of an upload with this text."""
    reader = world.staff(OVERVIEW, **({"way": way} if way else {}))
    reader.open(UPLOADS)
    reader.page.get_by_label("Or paste its text").fill(text)
    reader.follow("Upload")
    return reader


@UPLOAD.of("overview/uploads.html")
def uploads(world: World) -> Reader:
    reader = uploaded(world, reworded(module_file()))
    reader.open(UPLOADS)
    reader.page.get_by_text("Files to download").click()
    return reader


@UPLOAD.of("overview/uploads.html")
def upload_of_nothing(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(UPLOADS)
    reader.follow("Upload")
    assert reader.focused().startswith("There is a problem")
    return reader


@UPLOAD.of("overview/uploads.html")
def upload_discarded(world: World) -> Reader:
    reader = uploaded(world, reworded(module_file()))
    reader.follow("Discard this upload")
    assert reader.focused() == "The upload is discarded"
    return reader


@UPLOAD.of("overview/draft.html")
def upload_with_faults(world: World) -> Reader:
    reader = uploaded(world, broken(module_file()))
    assert "faults to mend" in reader.text()
    return reader


@UPLOAD.of("overview/draft.html")
def upload_without_faults_at_a_desk(world: World) -> Reader:
    return uploaded(world, reworded(module_file()), way=ON_DESK)


@UPLOAD.of("overview/draft_changes.html")
def upload_compared(world: World) -> Reader:
    reader = uploaded(world, reworded(module_file()))
    reader.follow("What changes, word by word")
    return reader


@UPLOAD.of("overview/preview.html")
def preview(world: World) -> Reader:
    reader = uploaded(world, reworded(module_file()))
    reader.follow("Preview it as a reader")
    return reader


@UPLOAD.of("overview/preview_section.html")
def preview_of_a_section(world: World) -> Reader:
    reader = preview(world)
    reader.follow("Start reading")
    return reader


@UPLOAD.of("overview/preview_section.html")
def preview_of_a_door(world: World) -> Reader:
    library = world.key.library
    slug, key = next(
        (slug, section.key)
        for (slug, _), module in library.modules.items()
        for section in module.sections
        if section.door
    )
    reader = uploaded(world, reworded(module_file(slug)))
    reader.open(f"{reader.page.url.removeprefix(reader.address)}preview/sections/{key}/")
    assert "You choose whether to read" in reader.heading()
    return reader


@UPLOAD.of("overview/preview_question.html")
def preview_of_a_question(world: World) -> Reader:
    reader = preview(world)
    reader.follow(reader.page.locator(".section-list").last.get_by_role("link").first)
    return reader


@UPLOAD.of("overview/preview_question.html")
def preview_without_an_answer(world: World) -> Reader:
    reader = preview_of_a_question(world)
    reader.follow("Check my answer")
    assert reader.focused().startswith("There is a problem")
    return reader


@UPLOAD.of("overview/preview_question.html")
def preview_of_feedback(world: World) -> Reader:
    reader = preview_of_a_question(world)
    for question in reader.page.locator("fieldset.question").all():
        question.locator("input").nth(1).check()
    reader.follow("Check my answer")
    assert "Nothing was saved." in reader.text()
    return reader


@UPLOAD.of("overview/publish_draft.html")
def upload_to_publish(world: World) -> Reader:
    reader = uploaded(world, reworded(module_file()))
    reader.follow("Publish it")
    return reader


@UPLOAD.of("overview/publish_draft.html")
def upload_published_without_the_tick(world: World) -> Reader:
    reader = upload_to_publish(world)
    reader.follow("Publish it")
    assert reader.focused().startswith("There is a problem")
    return reader
