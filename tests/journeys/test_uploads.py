"""A module file on its way: broken, mended, previewed, published, read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.answers import RIGHT, AnswerKey, response
from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.conftest import NewReader
from tests.journeys.reader import MOUSE, Reader
from tests.journeys.sites import SIMULATED, Sites
from tests.journeys.states import World
from tests.journeys.upload_states import UPLOADS, module_file

pytestmark = pytest.mark.browser
SLUG = "lungs"
TITLE = "Breast cancer in the lungs, told anew"


def upload(reader: Reader, file: Path) -> None:
    reader.page.get_by_label("Module file").set_input_files(file)
    reader.follow("Upload")


def test_file_is_mended_previewed_published_and_read(
    new_reader: NewReader, key: AnswerKey, sites: Sites, tmp_path: Path
) -> None:
    world = World(new_reader, key, sites)
    module = key.library.modules[SLUG, "en"]
    mended = module_file(SLUG).replace(f"title: {module.title}", f"title: {TITLE}", 1)
    line = mended.split("\n").index(f"title: {TITLE}")
    file = tmp_path / "lungs.en.yaml"

    publisher = world.staff(OVERVIEW, way=MOUSE)
    publisher.open("/en/overview/content/")
    publisher.follow("Upload a module file")
    file.write_text(mended.replace("title:", "titel:", 1), encoding="utf-8")
    upload(publisher, file)
    assert (
        f"Line {line + 1}, column 1 · titel this key is not known here; did you mean “title”? "
        f"titel: {TITLE}" in publisher.text()
    )
    assert publisher.control("Publish it").count() == 0

    publisher.follow("upload it again")
    file.write_text(mended, encoding="utf-8")
    upload(publisher, file)
    assert publisher.heading() == TITLE
    assert publisher.page.url.startswith(f"{publisher.address}{UPLOADS}")
    publisher.follow("Preview it as a reader")
    publisher.follow(module.sections[1].title)
    assert publisher.heading() == module.sections[1].title
    publisher.follow("All parts and questions")
    question = module.questions[0]
    publisher.follow(question.stem)
    publisher.choose(response(question, RIGHT))
    publisher.follow("Check my answer")
    assert "That’s right." in publisher.text()
    assert "Nothing was saved." in publisher.text()

    reader = world.reader(site=SIMULATED)
    reader.open(f"/en/modules/{SLUG}/")
    assert reader.heading() == module.title
    publisher.follow("Back to the upload")
    publisher.follow("Publish it")
    publisher.follow("Publish it")
    assert publisher.focused() == "Edition 2 is published"
    reader.page.reload()
    assert reader.heading() == TITLE
    reader.follow("Start reading")
    assert reader.heading() == module.sections[0].title
