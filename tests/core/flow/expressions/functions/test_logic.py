"""Functions that decide."""

import pytest

from tests.core.flow.expressions.functions.running import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param('boolean("False")', "false", id="false in any case"),
        pytest.param('boolean("0")', "true", id="a text of zero"),
        pytest.param("boolean(array())", "false", id="an empty array"),
        pytest.param("boolean(object())", "false", id="an empty object"),
        pytest.param("boolean(null)", "false", id="null"),
        pytest.param('boolean(time("00:00"))', "false", id="midnight"),
        pytest.param("boolean(1 / 0)", "ERROR", id="an error"),
        pytest.param("and(1, array(0), true)", "true", id="all hold"),
        pytest.param("and(false, 1 / 0)", "false", id="decided before the error"),
        pytest.param("and(true, 1 / 0)", "ERROR", id="not decided before the error"),
        pytest.param('or("", 0, "x")', "true", id="one holds"),
        pytest.param("or(true, 1 / 0)", "true", id="one holds before the error"),
        pytest.param("or(false, 1 / 0)", "ERROR", id="none holds before the error"),
        pytest.param('if(true, "a", 1 / 0)', "a", id="the error is not chosen"),
        pytest.param('if("", 1 / 0, "b")', "b", id="nor here"),
        pytest.param('if(true, 1 / 0, "b")', "ERROR", id="the error is chosen"),
        pytest.param("is_error(null)", "false", id="null is no error"),
        pytest.param("is_error(no_such_name)", "true", id="a name that is none"),
        pytest.param("default(array(), 5)", "5", id="an empty array"),
        pytest.param("default(object(), 5)", "5", id="an empty object"),
        pytest.param("default(0, 5)", "0", id="zero is something"),
        pytest.param("default(false, 5)", "false", id="false is something"),
        pytest.param("default(null, 1 / 0)", "ERROR", id="the other is an error"),
    ],
)
def test_a_function_that_decides(expression: str, text: str):
    assert shown(f"@({expression})") == text
