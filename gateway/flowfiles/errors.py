"""How a flow file's author is told of a mistake: what, where, and what to do next."""


class FlowFileError(ValueError):
    """A file of the flows folder cannot be used.

    Its text is such as ``flows/join.yaml:12: step district has no expct. Write expect.``
    """

    def __init__(self, path: str, line: int, what: str, mend: str) -> None:
        """`line` counts from 1; 0 is a whole folder. `what` and `mend` have no full stop."""
        super().__init__(f"{path}{f':{line}' if line else ''}: {what}. {mend}.")
        self.path = path
        self.line = line
        self.what = what
        self.mend = mend
