"""Which servers may be asked, and which addresses are never gone to, whatever a name leads to."""

import pytest

from gateway.servers.addresses import may_be_gone_to
from gateway.servers.allowed import Allowed, Server
from gateway.servers.answers import Request, Trouble, no_answer
from gateway.servers.client import Client

ALLOWED = Allowed(
    frozenset({"prices.example.org", "rota.example.org:8443", "xn--mnchen-3ya.example"}),
    frozenset({"127.0.0.1:9000", "rota.lan"}),
)


@pytest.mark.parametrize(
    ("url", "name", "local"),
    [
        ("https://prices.example.org/maize?x=1", "prices.example.org", False),
        ("https://PRICES.example.org:443/", "prices.example.org", False),
        ("http://prices.example.org/", "prices.example.org", False),
        ("https://rota.example.org:8443/", "rota.example.org:8443", False),
        ("https://münchen.example/", "xn--mnchen-3ya.example", False),
        ("http://127.0.0.1:9000/", "127.0.0.1:9000", True),
        ("https://rota.lan/x", "rota.lan", True),
    ],
)
def test_what_the_settings_name_may_be_asked(url: str, name: str, local: bool):
    found = ALLOWED.find(url)
    assert isinstance(found, Server)
    assert (found.name, found.local) == (name, local)


REFUSED = [
    "https://example.org/",
    "https://www.prices.example.org/",
    "https://prices.example.org.evil.test/",
    "https://evil.test/prices.example.org",
    "https://evil.test#prices.example.org",
    "https://evil.test?prices.example.org",
    "https://prices.example.org./",
    "https://prices.example.org:444/",
    "http://prices.example.org:443/",
    "https://rota.example.org/",
    "https://prices.example.org@evil.test/",
    "https://me:word@prices.example.org/",
    "https://prices.example.org\\@evil.test/",
    "https://evil.test\\.prices.example.org/",
    "https://prices.example.org%2eevil.test/",
    "https://prices.example.org%00.evil.test/",
    "https://prıces.example.org/",
    "https://localhost/",
    "http://127.0.0.1/",
    "http://127.0.0.1:9001/",
    "http://127.1:9000/",
    "http://2130706433:9000/",
    "http://0x7f000001:9000/",
    "http://[::1]:9000/",
    "http://[::ffff:127.0.0.1]:9000/",
    "http://169.254.169.254/latest/meta-data/",
    "ftp://prices.example.org/",
    "file:///etc/passwd",
    "gopher://prices.example.org/",
    "//prices.example.org/",
    "prices.example.org",
    "https:///",
    "https://",
    "javascript:alert(1)",
    "https://prices.example.org:99999999/",
    "https://prices.example.org:x/",
    "https://[prices.example.org/",
    "https://prices.example.org\n.evil.test/",
    " ",
    "",
]


@pytest.mark.parametrize("url", REFUSED)
def test_nothing_else_is_asked(url: str):
    """Not even its name is looked up."""
    looked_up: list[str] = []

    def remember(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["192.0.2.1"]

    client = Client(ALLOWED, {}, max_bytes=100, how=remember)
    answer = client.ask(Request("GET", url, (), "", 1))
    assert answer.trouble in {Trouble.NOT_ALLOWED, Trouble.NOT_AN_ADDRESS}
    assert looked_up == []


def test_where_nothing_is_named_nothing_may_be_asked():
    assert Allowed().find("https://prices.example.org/") is Trouble.NOT_ALLOWED


PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "198.18.0.1", "192.0.0.1", "192.0.2.1", "203.0.113.9", "240.0.0.1",
    "255.255.255.255", "::1", "fc00::1", "fd12:3456::1", "fec0::1", "2001:db8::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "2002:7f00:1::1", "2002:c0a8:101::1",
]  # fmt: skip
NEVER = ["::ffff:0.0.0.0", "::", "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1",
         "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_may_be_gone_to(address: str):
    assert may_be_gone_to(address, local=False)
    assert may_be_gone_to(address, local=True)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_gone_to_only_for_servers_that_are_named_as_local(address: str):
    assert not may_be_gone_to(address, local=False)
    assert may_be_gone_to(address, local=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_gone_to_for_nobody(address: str):
    assert not may_be_gone_to(address, local=False)
    assert not may_be_gone_to(address, local=True)


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER])
@pytest.mark.parametrize("others", [[], ["8.8.8.8"]], ids=["alone", "behind a public one"])
def test_a_name_that_leads_into_a_private_network_is_not_asked(address: str, others: list[str]):
    """Somebody else gives names out; one that is allowed may lead beside us today."""
    client = Client(ALLOWED, {}, max_bytes=100, how=lambda _host, _port: [*others, address])
    answer = client.ask(Request("GET", "https://prices.example.org/", (), "", 1))
    assert answer == no_answer(Trouble.PRIVATE)


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to():
    """A name that leads elsewhere the second time (DNS rebinding) is not looked up again."""
    answers = [["192.168.9.9"], ["127.0.0.1"]]
    client = Client(ALLOWED, {}, max_bytes=100, how=lambda _host, _port: answers.pop(0))
    answer = client.ask(Request("GET", "https://prices.example.org/", (), "", 1))
    assert answer == no_answer(Trouble.PRIVATE)
    assert answers == [["127.0.0.1"]]
