"""Radio buttons and checkboxes as whole rows to press.

Django renders several templates for each button; these render one for all of them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt


class _Rows(forms.widgets.ChoiceWidget):
    template_name = "components/options.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        shared = self.build_attrs(self.attrs, attrs)
        stem = shared.pop("id", name)
        chosen = self.format_value(value)
        rows = [
            {"value": key, "label": label, "id": f"{stem}_{row}", "checked": str(key) in chosen}
            for row, (key, label) in enumerate(self.choices)
        ]
        kind = self.input_type
        return {"widget": {"name": name, "type": kind, "attrs": flatatt(shared), "rows": rows}}


class OneRow(_Rows, forms.RadioSelect):
    """Choose one of the rows."""


class SomeRows(_Rows, forms.CheckboxSelectMultiple):
    """Choose any of the rows."""
