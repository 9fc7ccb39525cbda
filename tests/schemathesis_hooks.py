"""Tells schemathesis how lines of JSON are written, and that 422 (a reject) may answer a body of the right form."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """A generated text as a line of its own, as an article, and as two lines."""
    text = value if isinstance(value, str) else json.dumps(value)
    return "\n".join([text, json.dumps({"text": text}), ""]).encode("utf-8", "replace")
