import re
from collections.abc import Callable

import pytest

from gateway.flowfiles.errors import FlowFileError
from tests.stage import release


@pytest.fixture
def refused() -> Callable[[str, int, str], None]:
    """A flow file is refused, with this line and these words, and with what to do."""

    def check(text: str, line: int, says: str) -> None:
        with pytest.raises(FlowFileError) as told:
            release(text)
        message = str(told.value)
        assert re.fullmatch(rf"flows/one\.yaml:{line}: .+\. .+\.", message, re.DOTALL), message
        assert says in message

    return check
