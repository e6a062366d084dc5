"""Places: every name that war news in English can give them, with oblast and coordinates."""

from pipeline.gazetteer.build import compile_gazetteer, load_gazetteer
from pipeline.gazetteer.model import NAMES_SCHEMA, PLACES_SCHEMA, Gazetteer

__all__ = ["NAMES_SCHEMA", "PLACES_SCHEMA", "Gazetteer", "compile_gazetteer", "load_gazetteer"]
