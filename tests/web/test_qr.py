from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from learning.web.qr import qr_svg

TEXT = "https://waymark.example.org/en/return/#ABCDEFGHJKMNPQRSTVWX"


def drawn(svg: str) -> tuple[Element, list[list[bool]]]:
    """The SVG, and which modules its path makes black."""
    root = fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    dark = [[False] * size for _ in range(size)]
    path = root.find("path")
    assert path is not None
    steps = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.attrib["d"])
    assert "".join(f"M{x} {y}h{n}v1h-{m}z" for x, y, n, m in steps) == path.attrib["d"]
    for x, y, length, back in steps:
        assert length == back
        for place in range(int(x), int(x) + int(length)):
            dark[int(y)][place] = True
    return root, dark


def test_qr_code_is_one_path_black_on_white_with_its_quiet_zone() -> None:
    root, dark = drawn(qr_svg(TEXT, label="QR code of your link"))
    size = len(dark)
    assert [child.tag for child in root] == ["rect", "path"]
    ground, path = root
    assert ground.attrib == {"width": str(size), "height": str(size), "fill": "#fff"}
    assert path.attrib["fill"] == "#000"
    edge = [*range(4), *range(size - 4, size)]
    assert not any(dark[y][x] or dark[x][y] for y in edge for x in range(size))
    assert dark[4][4]
    code = QRCode(border=4, error_correction=ERROR_CORRECT_M)
    code.add_data(TEXT)
    assert dark == code.get_matrix()


def test_qr_code_is_read_as_its_label_and_escapes_it() -> None:
    root, _ = drawn(qr_svg(TEXT, label='"><script>'))
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", '"><script>')
    assert root.attrib["class"] == "qr"
    assert "style" not in root.attrib
