"""What the language of flow files is made of, as data: checks, schema and reference come of it."""
