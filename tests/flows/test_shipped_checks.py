"""The flows that ship have nothing that any check would find, warnings included."""

from gateway.bootstrap import deployment
from gateway.config.settings import load_settings
from gateway.flowfiles.findings import ERROR
from gateway.flowfiles.lint.checks import check_folder
from gateway.flowfiles.releases import read_source
from tests.stage import FLOWS, ROOT


def test_nothing_is_found_in_the_shipped_flows():
    found = check_folder(read_source(FLOWS), "flows", deployment(load_settings()))
    assert [one.text for one in found] == []


def test_no_error_is_found_in_the_flows_of_the_documentation():
    examples = read_source(ROOT / "docs" / "examples" / "flows")
    found = check_folder(examples, "flows", deployment(load_settings()))
    assert [one.text for one in found if one.level == ERROR] == []
