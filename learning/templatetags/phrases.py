"""The words the system puts beside content, for templates: the same as in sections."""

from django import template

from learning.content.phrases import PHRASES

register = template.Library()


@register.filter
def card_title(kind: str, language: str) -> str:
    """The title of an advice card: ``{{ kind|card_title:language }}``."""
    return PHRASES[language].cards[kind]
