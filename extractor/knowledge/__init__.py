"""Writing a knowledge base: what a run makes, and how it survives a cut."""
