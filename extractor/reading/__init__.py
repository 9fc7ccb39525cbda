"""Reading: files, folders and streams → raw inputs and rejects. Readers stream; nothing holds the corpus."""

from extractor.reading.readers import read
from extractor.reading.sources import STDIN, Sources, find_sources

__all__ = ["STDIN", "Sources", "find_sources", "read"]
