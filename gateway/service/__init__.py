"""Does. One module per use case, each holding its own transaction."""
