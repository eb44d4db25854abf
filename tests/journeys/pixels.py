"""Two pictures of the same place on a page, compared pixel by pixel."""

from __future__ import annotations

import base64

from playwright.sync_api import Locator, Page

_CHANGED = """async ([before, after]) => {
  const pixels = async (data) => {
    const picture = await createImageBitmap(await (await fetch(data)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    return canvas.getImageData(0, 0, picture.width, picture.height).data;
  };
  const line = (part) => part <= 10.314 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const light = (data, i) =>
    0.2126 * line(data[i]) + 0.7152 * line(data[i + 1]) + 0.0722 * line(data[i + 2]);
  const [a, b] = [await pixels(before), await pixels(after)];
  if (a.length !== b.length) throw new Error("two pictures of different size");
  let changed = 0;
  for (let i = 0; i < a.length; i += 4) {
    const [low, high] = [light(a, i), light(b, i)].sort((x, y) => x - y);
    if ((high + 0.05) / (low + 0.05) >= 3) changed += 1;
  }
  return changed;
}"""


def picture(page: Page, place: dict[str, float]) -> bytes:
    """The page as it is seen at this place of the window, 8 px around it included."""
    clip = {
        "x": max(0, place["x"] - 8),
        "y": max(0, place["y"] - 8),
        "width": place["width"] + 16,
        "height": place["height"] + 16,
    }
    return page.screenshot(clip=clip, caret="hide")  # type: ignore[arg-type]


def place_of(element: Locator) -> dict[str, float]:
    """Where the element is in the window, moved into it if need be."""
    element.evaluate("element => element.scrollIntoView({block: 'center'})")
    box = element.bounding_box()
    assert box is not None
    return dict(box)  # type: ignore[arg-type]


def changed(blank: Page, before: bytes, after: bytes) -> int:
    """How many pixels differ by 3:1 or more in contrast, computed in a blank page."""
    pictures = ["data:image/png;base64," + base64.b64encode(p).decode() for p in (before, after)]
    return int(blank.evaluate(_CHANGED, pictures))
