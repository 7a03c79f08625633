"""The expression language that the field writes: ``@contact.name`` and ``@(upper(name) & "!")``."""
