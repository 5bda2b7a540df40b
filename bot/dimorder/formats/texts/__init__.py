"""Texts of strangers as plain values, within bounds: nothing in them is run, repeated without end, or guessed at."""

from dimorder.formats.texts.bounds import MAX_BYTES, MAX_DEPTH, MAX_LAYERS, MAX_VALUES
from dimorder.formats.texts.encoding import decoded
from dimorder.formats.texts.strict_json import json_value
from dimorder.formats.texts.strict_yaml import yaml_value

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_LAYERS", "MAX_VALUES", "decoded", "json_value", "yaml_value"]
