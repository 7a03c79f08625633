"""What staff are told when something about their account is refused. Tells nothing to strangers."""

NOT_RIGHT = "This is not right. Check the user name, the password and the code, then try again."
TOO_OFTEN = "There were too many attempts. Wait a little, then try again."
TOO_MANY_AT_ONCE = "Many people are signing in just now. Try again in a minute."


class Refusal(Exception):
    """A sentence for the form. `retry_ms`: how long to wait before trying again, if at all.

    The sentence never says whether there is such an account.
    """

    def __init__(self, sentence: str, retry_ms: int | None = None) -> None:
        """Take the sentence, and the wait in milliseconds."""
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_ms = retry_ms
