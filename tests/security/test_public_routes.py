"""Requests made from our own description of the routes, by the thousand: none breaks anything."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.channels.base import CallbackKind
from tests.serving import SECRET, Serving, environment, serving
from tests.web.test_routes import TABLE

FIELDS = [
    "id",
    "from",
    "to",
    "text",
    "date",
    "linkId",
    "networkCode",
    "sessionId",
    "phoneNumber",
    "serviceCode",
    "status",
    "failureReason",
    "durationInMillis",
    "hopsCount",
    "senderId",
    "shortCode",
    "keyword",
    "updateType",
]
VALUES = ("+260970000001", " 260970000001", "20200", "JOIN", "Success", "addition", "deletion", "1")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A gateway with every route that there is."""
    folder = tmp_path_factory.mktemp("schema")
    with serving(environment(folder, DEMO_ENABLED="true")) as running:
        yield running


CALM = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def _operations(demo: Serving) -> list[Any]:
    """Return the routes as our own OpenAPI describes them."""
    found: Iterable[Any] = schemathesis.openapi.from_dict(demo.app.openapi()).get_all_operations()
    return [one.ok() for one in found]


def test_no_request_is_answered_with_a_fault_of_ours(demo):
    operations = _operations(demo)
    assert len(operations) == len(TABLE)
    for operation in operations:

        @CALM
        @given(operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call(base_url=demo.url)
            # Without a simulator the pages of the demo say that it is away.
            allowed = {200, 303, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429}
            away = {503} if case.path.startswith("/phone") else set()
            assert answer.status_code in allowed | away

        ask()


def test_whatever_is_posted_with_the_right_secret_is_answered_as_documented(demo):
    (callbacks,) = (one for one in _operations(demo) if one.path.startswith("/callbacks"))
    statuses: set[int] = set()

    @CALM
    @given(callbacks.as_strategy(), st.sampled_from(CallbackKind))
    def post(case: Any, kind: CallbackKind) -> None:
        case.path_parameters |= {"channel": "demo", "secret": SECRET, "kind": str(kind)}
        answer = case.call(base_url=demo.url)
        statuses.add(answer.status_code)
        assert answer.status_code in {200, 400, 413}
        assert answer.headers["content-type"][0].startswith("text/plain")

    post()
    assert 400 in statuses


@CALM
@given(
    kind=st.sampled_from(CallbackKind),
    form=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30) | st.sampled_from(VALUES)),
    junk=st.binary(max_size=20),
)
def test_forms_made_of_the_fields_that_we_read_are_answered_as_documented(demo, kind, form, junk):
    answer = demo.post(kind, urlencode(form).encode() + junk)
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert answer.text.startswith("field '")
    elif kind is CallbackKind.USSD:
        assert answer.text[:4] in {"CON ", "END "}
    else:
        assert answer.text == ""
