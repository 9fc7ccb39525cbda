"""Reading: files, folders and streams → raw inputs and rejects. Readers stream; nothing holds the corpus."""

from extractor.reading.fields import Columns
from extractor.reading.readers import How, Meter, read
from extractor.reading.sources import STDIN, Sources, find_sources

__all__ = ["STDIN", "Columns", "How", "Meter", "Sources", "find_sources", "read"]
