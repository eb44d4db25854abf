"""QR codes as part of the page: no request, no file, sharp at every size and on paper."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4  # modules around the code, as ISO/IEC 18004 asks for


def qr_svg(text: str, *, label: str) -> SafeString:
    """The QR code of this text as an inline SVG, which assistive technology reads as the label.

    It is black on white in every theme, because many cameras read nothing else.
    """
    code = QRCode(border=QUIET_ZONE, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    return format_html(
        '<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}"'
        ' shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/>'
        '<path fill="#000" d="{path}"/></svg>',
        size=len(rows),
        label=label,
        path=_path(rows),
    )


def _path(rows: list[list[bool]]) -> str:
    """One closed step for each run of dark modules in a row."""
    steps = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                steps.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(steps)
