"""Who is meant: the language in which the field asks for contacts, ``age > 18 AND gender = f``."""
