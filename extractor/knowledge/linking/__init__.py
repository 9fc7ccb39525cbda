"""`danvan link`: documents, people, organisations, places, programmes and series recognised across articles."""
