"""What passes `gateway flows check` never fails a person: whatever they do, on SMS and on USSD."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from gateway.core.flow.events import Failed
from gateway.core.flow.turn import Given, Start
from gateway.core.text import gsm7
from gateway.core.text.messages import MOST_SEGMENTS
from gateway.core.text.screens import fits
from gateway.flowfiles.releases import Source, compile_release
from gateway.service.flowlab.handset import Handset
from gateway.service.flowlab.laboratory import Laboratory, Setting
from gateway.store import tables
from gateway.store.inbox import Taken
from tests.flows.sound import NAMES, NETWORKS, sound
from tests.flows.test_any_flow import COMING, TYPED, WORLDS, World, converse
from tests.stage import ZAMBIA

STARTS = some.builds(
    Start,
    flow=some.sampled_from(NAMES),
    answers=some.lists(TYPED, max_size=2).map(tuple),
    language=some.none() | some.sampled_from(["en", "am", "xx"]),
)
FIRST_SCREEN = 110
DIALLED = "*384*20200#"

# What somebody may do with a phone, and what it does it with.
SAYS = some.sampled_from(
    ["0", "00", "1", "2", "3", "12", "98", "99", "STOP", "START", "HELP", "back", "yes", "no", "x",
     "goone", "gotwo Amina, 3", "gothree", "", "  ", "*", "1*2", "2026-05-12", "Katunda", "34",
     "😀" * 30, "ቀለም " * 20, "well " * 60, "€{}[]~|^" * 12, "+260970000001"]
) | some.text(max_size=30)  # fmt: skip
DOES = some.tuples(
    some.sampled_from(["types", "types", "types", "dials", "drops", "sends", "sends", "waits"]),
    SAYS,
    some.sampled_from([0, 1, 600, 90_000, 400_000]),
)


@settings(max_examples=25)
@given(sound(), WORLDS, STARTS, some.lists(COMING, max_size=10))
def test_the_engine_never_fails_and_does_the_same_again(
    files: dict[str, bytes], world: World, start: Start, turns: list[Given]
) -> None:
    release = compile_release(Source(files))
    taken = converse(release, world, [start, *turns])
    assert not [event for one in taken for event in one.events if isinstance(event, Failed)]
    assert converse(compile_release(Source(files)), world, [start, *turns]) == taken


@dataclass(frozen=True)
class Seen:
    """What a phone showed after one thing that was done with it."""

    screen: str | None
    open: bool
    texts: tuple[str, ...]


def used(
    files: dict[str, bytes], network: str, deeds: Sequence[tuple[str, str, int]]
) -> list[Seen]:
    """Use a phone of a real gateway with these flows; return what it showed."""
    setting = Setting(
        Source(files), ZAMBIA, first_screen=FIRST_SCREEN, networks=NETWORKS, languages=("en", "am")
    )
    with Laboratory(setting) as lab:
        phone = Handset(lab, "+260970000001", network)
        seen = [_done(lab, phone, *deed) for deed in deeds]
        with lab.database.read() as tx:
            failed = select(func.count()).where(tables.inbox.c.status == Taken.FAILED)
            assert tx.execute(failed).scalar_one() == 0
    return seen


def _done(lab: Laboratory, phone: Handset, deed: str, text: str, seconds: int) -> Seen:
    limit = NETWORKS[phone.network]
    if deed == "dials" or (deed == "types" and not phone.open):
        phone.dial(DIALLED)
        limit = min(limit, FIRST_SCREEN)
    elif deed == "types":
        phone.type(text)
    elif deed == "drops":
        phone.drop()
    elif deed == "sends":
        phone.send(text)
    else:
        lab.pass_time(seconds * 1000)
    assert phone.screen is None or fits(phone.screen, limit)
    texts = tuple(phone.unread())
    assert all(gsm7.segments(one).count <= MOST_SEGMENTS for one in texts)
    return Seen(phone.screen, phone.open, texts)


@settings(max_examples=15)
@given(sound(), some.sampled_from(sorted(NETWORKS)), some.lists(DOES, min_size=3, max_size=12))
def test_a_phone_shows_what_fits_and_the_same_again(
    files: dict[str, bytes], network: str, deeds: list[tuple[str, str, int]]
) -> None:
    assert used(files, network, deeds) == used(files, network, deeds)
