"""Text in the two languages of the house."""

from eco_gis.text import Lang, Text

__all__ = ["Lang", "Text"]
