"""Says of an error where it came from, and never what it was about."""


def described(trouble: Exception) -> str:
    """Say where an error came from without saying what it was about: a message may hold a name."""
    frame = trouble.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return type(trouble).__name__
    place = frame.tb_frame.f_code
    return f"{type(trouble).__name__} in {place.co_qualname}:{frame.tb_lineno}"
