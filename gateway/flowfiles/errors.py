"""How a flow file's author is told of a mistake: what, where, and what to do next."""


class FlowFileError(ValueError):
    """A file of the flows folder cannot be used.

    Its text is such as ``flows/join.yaml:12: step district has no expct. Write expect.``
    """

    def __init__(self, path: str, line: int, what: str, mend: str) -> None:
        """`line` counts from 1. `what` and `mend` are sentences without their full stop."""
        super().__init__(f"{path}:{line}: {what}. {mend}.")
        self.path = path
        self.line = line
        self.what = what
        self.mend = mend
