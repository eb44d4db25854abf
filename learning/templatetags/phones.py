"""Telephone numbers in templates."""

from django import template

from learning.rules import clinics

register = template.Library()


@register.filter
def dial(phone: str) -> str:
    """What a telephone dials: ``<a href="tel:{{ phone|dial }}">``."""
    return clinics.dial(phone)
