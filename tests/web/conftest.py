"""An office on each kind of database, for one module; each test hires people of its own."""

from collections.abc import Iterator

import pytest

from tests.office import Office, opened


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A gateway with its pages of staff; what a test does stays for those after it."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database("template1")
    with opened(tmp_path_factory.mktemp("office"), url) as office:
        yield office
