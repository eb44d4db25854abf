"""Module files into frozen dataclasses, with the place of every fault; Markdown into safe HTML.

Nothing here knows Django or the rules: how a text is measured is passed in.
"""
