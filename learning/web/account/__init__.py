"""Accounts of staff: django-allauth in our own design, by invitation only."""
