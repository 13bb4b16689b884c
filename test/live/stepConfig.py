"""Reads documents as GRID_LRT's tools would: a JSON array of texts comes in, what PyYAML makes of each goes out.

Dates go out as {"date": text}, infinity and NaN as {"number": text}; an error as {"error": text}.
"""
import datetime
import json
import math
import sys

import yaml


def plain(value, depth=0):
    if depth > 50:
        return "too deep"
    if isinstance(value, dict):
        return {"map": [[plain(key, depth + 1), plain(value[key], depth + 1)] for key in value]}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"date": str(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    if isinstance(value, (bytes, set)):
        return {"other": type(value).__name__}
    return value


def read(text):
    try:
        return plain(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return {"error": str(error)[:200]}


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
