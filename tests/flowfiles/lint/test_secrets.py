"""What looks like a secret or a number in a line, and what only looks alike."""

import pytest

from gateway.flowfiles.lint.secrets import is_number, is_secret
from gateway.flowfiles.lint.wording import claims_secrecy
from tests.flowfiles.lint.looking import files, look

SECRETS = [
    'url: "https://example.org/?token=4f9a0c7e21d8"',
    'url: "https://example.org/?a=1&api_key=abcd1234"',
    'url: "https://amina:salt-and-pepper@example.org/"',
    'Authorization: "Bearer 9f86d081884c7d659a2feaa0c55ad015"',
    "password: hunter2hunter2",
    'X-Api-Key: "sk_live_4eC39HqLyjWDarjtT1zdp7dc"',
    "key: AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN RSA PRIVATE KEY-----",
    "body: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
    "id: 9f86d081884c7d659a2feaa0c55ad015",
    "id: abcdef0abcdef0abcdef0abcdef0",
    "id: Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRkdISktM",
    "say: Our password is mango2024",
    "say: Le mot de passe est soleil99",
    "say: The PIN is 4821",
    'Authorization: "Bearer abcdef1234"',
    "headers: {X-Token: abcdefgh}",
    'body: {client_secret: "qwertyuiop"}',
    'url: "https://example.org/?access_token=abcd1234"',
    'url: "https://example.org/?key=abcd1234efgh"',
    'url: "https://hooks.slack.com/services/T0/B0/x"',
    "key: glpat-abcdefghij1234567890",
    """password: "@('abcd')" """,
]
ORDINARY = [
    "say: Keep this code secret, and tell nobody your password.",
    "ask: What is your password to the meeting?",
    'url: "https://example.org/prices/of/maize/in/all/districts/of/zambia.json"',
    'Authorization: "Bearer @answer.token"',
    'url: "https://example.org/?token=@answer.token"',
    "say: Njirayandithandizandikufunsanikwambirinso",
    "say: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "# ============================================",
    "goto: a_step_with_a_very_long_name_that_says_it_all",
    'when: "@(participant.number = 12)"',
    "say: token of our thanks: a shirt",
    'url: "https://example.org/?key=water"',
    "id: ababcdcdefefabababababab",
    "id: Path/To/2026/Some/Long/Name",
    "id: aA1aA1aA1aA1aA1aA1aA1aA1aA1aA1",
    'body: {access_token: "@answer.token"}',
    "say: The password is on your card.",
    "say: The PIN is yours alone.",
    'say: "A bearer of news is welcome."',
]  # fmt: skip
NUMBERS = [
    "say: Call +260 97 0123456.",
    "say: Call 0970 123 456 or come.",
    "say: Call 0970123456",
    "say: Call (0970) 123-456",
    "say: Write to https://wa.me/260970123456",
    "say: Call 0970\u00a0123\u00a0456 or 0970\u2013123\u2013456",
    "say: Call 0970123456,0970123457.",
    "say: 0 9 7 0 1 2 3 4 5 6",
]
NO_NUMBERS = [
    "ussd: '*384*20200#'",
    "short_code: 20200",
    "say: On 2026-05-12 at 10:30 we meet.",
    "say: Send 1 2 3 4 5 6 7 8.",
    "say: K 1,000,000 was spent.",
    "say: 12.05.2026 10:30",
    "key: abc0970123456def",
    "say: Press 1 2 3 1 2 3 1 2 3.",
    "say: 970,123,456 people",
    "at: '08:00'",
]


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_found(line):
    assert is_secret(line)


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_words_are_no_secret(line):
    assert not is_secret(line)


@pytest.mark.parametrize("line", NUMBERS)
def test_a_number_is_found(line):
    assert is_number(line, "ZM")


@pytest.mark.parametrize("line", NO_NUMBERS)
def test_codes_and_times_are_no_number(line):
    assert not is_number(line, "ZM")


def test_a_secret_is_found_in_comments_and_catalogues_and_is_never_repeated():
    content = files("a: {say: Hi.}  # the old password: tr0ub4dor3")
    content["translations/fr.po"] = (
        b'msgid ""\nmsgstr ""\n"Last-Translator: 0970 123 456\\n"\n\n'
        b'msgctxt "one.a.say"\nmsgid "Hi."\nmsgstr "Appelez 0970 123 456."\n'
    )
    found = [one for one in look(content) if one.rule in {"secret", "phone-number"}]
    assert [(one.path, one.line, one.rule) for one in found] == [
        ("flows/one.yaml", 5, "secret"),
        ("flows/translations/fr.po", 7, "phone-number"),
    ]
    assert [one.what for one in found] == [
        "this line holds what looks like a secret", "this line holds a phone number",
    ]  # fmt: skip
    assert not any("tr0ub4dor3" in one.text or "0970" in one.text for one in found)


CLAIMS = [
    ("en", "Your vote is secret."),
    ("en", "Your name will be kept private"),
    ("en", "Reports are anonymous."),
    ("en", "Nobody can see\nhow you voted."),
    ("en", "It is a secret ballot"),
    ("fr", "Votre vote est secret."),
    ("fr", "C'est anonyme."),
    ("sw", "Kura yako ni ya siri."),
    ("ny", "Mudzavota mwachinsinsi."),
    ("am", "ድምፅዎ ሚስጥራዊ ነው።"),
    ("bem", "Votela mu nkama."),
    ("sw", "Your vote is secret."),
    ("en", "All ballots are secret."),
    ("en", "We keep your name secret."),
    ("en", "A 100% secret vote"),
    ("en", "Nobody else sees how you voted."),
    ("en", "Your vote cannot be seen."),
    ("en", "This stays between us."),
    ("fr", "Un vote secret"),
    ("fr", "Votre nom restera secret."),
    ("fr", "Nous gardons votre nom secret."),
    ("fr", "Personne ne peut voir votre vote."),
    ("ny", "Voti yanu ndi yachinsinsi."),
    ("bem", "Ivoti lya nkama"),
]
NO_CLAIMS = [
    ("en", "Keep your code secret."),
    ("en", "The phone company sees every vote."),
    ("en", "This is a private meeting in the hall."),
    ("fr", "Gardez votre code secret."),
    ("sw", "Usimwambie mtu namba hii."),
    ("en", "This is no secret ballot."),
    ("en", "Your vote is not anonymous."),
    ("en", "This is private land."),
    ("en", "Nobody knows when the rain comes."),
    ("en", "An SMS cannot be read twice."),
    ("fr", "Ce n'est pas anonyme."),
    ("sw", "Kura yako si ya siri."),
    ("ny", "Voti si yachinsinsi."),
]


@pytest.mark.parametrize(("language", "text"), CLAIMS)
def test_a_promise_of_secrecy_is_found(language, text):
    assert claims_secrecy(text, language)


@pytest.mark.parametrize(("language", "text"), NO_CLAIMS)
def test_a_warning_is_no_promise(language, text):
    assert not claims_secrecy(text, language)
