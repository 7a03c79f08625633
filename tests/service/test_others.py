"""What imported flows begin for others and write to others: to whom, when, and what is refused."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway.core.flow.assets import Assets, Field, Group
from gateway.core.flow.graph import ChangeGroups, Flow, Say, SetContact, SetResult, Tell, Text
from gateway.core.flow.triggers import Trigger
from gateway.core.movement.hours import QuietHours
from gateway.service import handovers
from gateway.service.due import Alarm
from gateway.service.outreach import Outreach
from gateway.store.database import Database
from tests.conftest import Clock
from tests.exchange import AMINA, BWALYA, CHANDA, DALITSO, Exchange
from tests.graphs import asks, flow, node, template, text

ASSETS = Assets(
    {"age": Field("age", "Age", "number")}, (Group("g-1", "Marshals"), Group("g-2", "Empty"))
)
NOBODY: Sequence[str] = ()
HOUR_MS = 3_600_000


def start(
    target: str = "told",
    *,
    idle: bool = False,
    groups: Sequence[str] = NOBODY,
    contacts: Sequence[str] = NOBODY,
    urns: Sequence[str] = NOBODY,
    others: Sequence[str] = NOBODY,
    query: str = "",
) -> Tell:
    """Return the start of a flow for others, as the importer makes one."""
    named = (("flow", target), ("new", False), ("idle", idle))
    return Tell("start", (*named, *_for(groups, contacts, urns, others, query)))


def message(words: Text, *, groups: Sequence[str] = NOBODY, urns: Sequence[str] = NOBODY) -> Tell:
    """Return a message to others, as the importer makes one."""
    return Tell("broadcast", (("text", words), ("replies", ()), *_for(groups, (), urns, (), "")))


def _for(*named: Sequence[str]):
    *lists, query = named
    names = ("groups", "contacts", "urns", "others")
    made = [(name, tuple(map(template, one))) for name, one in zip(names, lists, strict=True)]
    return (*made, ("query", template(str(query))))


TOLD = flow(
    "told",
    node("1", Say(text("@trigger.type: @parent.contact.name says @parent.results.crop"))),
    runs=True,
)
ASKED = flow(
    "asked",
    node("1", router=asks("Will you come?", "2")),
    node("2", Say(text("Thank you."))),
    runs=True,
)
IN = flow("in", node("1", ChangeGroups((template("Marshals"),), joins=True)), runs=True)
AGE = flow("age", node("1", SetContact("field", template("@input.text"), "age")), runs=True)
WORDS = ("sow", "in", "asked")


def sow(*actions: Tell) -> Flow:
    """Return the flow of somebody that reaches others."""
    crop = SetResult("crop", text("maize"))
    name = SetContact("name", "Amina")
    return flow("sow", node("1", name, crop, *actions), runs=True)


class Circle:
    """People of a group, and the flow of one of them."""

    def __init__(self, exchange: Exchange, clock: Clock) -> None:
        self.exchange, self.clock = exchange, clock

    def flows(self, *flows: Flow) -> None:
        """Start with these flows and those that all tests have."""
        self.exchange.add(
            *flows, TOLD, ASKED, IN, AGE,
            assets=ASSETS,
            other="age",
            words={
                **self.exchange.ground.releases.current.triggers.words,
                **{word: Trigger(word, "en") for word in (*WORDS, *(one.name for one in flows))},
            },
        )  # fmt: skip

    def limit(self, others: int) -> None:
        """Let a flow reach so many people at most."""
        ground = self.exchange.ground
        object.__setattr__(ground, "limits", replace(ground.limits, others=others))

    def run(self) -> None:
        """Let happen what is due a second later."""
        self.clock.advance(seconds=1)
        alarm = Alarm(self.exchange.database, self.exchange.ground)
        while alarm.turn():
            pass

    def told(self, *phones: str) -> list[list[str]]:
        """Let happen what is due, and return what each phone is told by that."""
        before = [len(self.exchange.queued(phone)) for phone in phones]
        self.run()
        return [
            self.exchange.queued(phone)[many:] for phone, many in zip(phones, before, strict=True)
        ]

    def notices(self) -> list[tuple[str, str, object]]:
        """Return kind, why, and what is unknown of each notice, the newest first."""
        exchange = self.exchange
        found = handovers.noticed(exchange.database, exchange.vault, None, 10, who="Thandi")
        return [
            (one.kind, str((one.values or {})["why"]), (one.values or {}).get("unknown"))
            for one in found
        ]


SAID = ["flow_action: Amina says maize"]
MARSHALS = (BWALYA, CHANDA)


@pytest.fixture
def circle(exchange: Exchange, clock: Clock) -> Circle:
    """Bwalya is a member and a marshal, Chanda is a marshal, Dalitso has written once."""
    made = Circle(exchange, clock)
    made.flows(sow(start(groups=["g-1"])))
    exchange.join(BWALYA)
    for phone in MARSHALS:
        exchange.sms(phone, "in")
    exchange.sms(DALITSO, "30")
    return made


def test_a_flow_begins_for_everybody_in_a_group_member_or_not_and_knows_who_began_it(
    circle: Circle,
):
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(BWALYA, CHANDA, DALITSO) == [SAID, SAID, []]
    assert circle.told(BWALYA, CHANDA) == [[], []]
    assert circle.exchange.rows("starts") == circle.exchange.rows("timers") == []
    assert circle.notices() == []


@pytest.mark.parametrize(
    ("whom", "told"),
    [
        pytest.param(start(urns=[f"tel:{CHANDA}"]), [CHANDA], id="a number"),
        pytest.param(start(others=["the mayor"]), [], id="words that are nobody"),
        pytest.param(start(others=[f"0{CHANDA[4:]}"]), [CHANDA], id="a number as people write it"),
        pytest.param(start(others=["Marshals"]), [*MARSHALS], id="a group by name"),
        pytest.param(start(query="age > 20"), [DALITSO], id="a query about a field"),
        pytest.param(start(query='age > 20 OR group = "Marshals"'),
                     [BWALYA, CHANDA, DALITSO], id="a query about anybody"),
        pytest.param(start(query="age > 20", groups=["g-1"], urns=[f"tel:{DALITSO}"]),
                     [BWALYA, CHANDA, DALITSO], id="somebody meant twice"),
        pytest.param(start(query='group = "Nobody"'), [], id="a query that makes no sense"),
        pytest.param(start(groups=["g-2"]), [], id="a group that is empty"),
    ],
)  # fmt: skip
def test_a_flow_begins_once_for_whomever_is_meant_by(
    circle: Circle, whom: Tell, told: Sequence[str]
):
    circle.flows(sow(whom))
    circle.exchange.sms(AMINA, "sow")
    people = (BWALYA, CHANDA, DALITSO)
    assert circle.told(*people) == [SAID if phone in told else [] for phone in people]


def test_a_flow_begins_for_contacts_by_their_uuids_and_staff_learn_of_strangers(circle: Circle):
    asks_uuid = flow("mine", node("1", Say(text("@contact.uuid"))), runs=True)
    circle.flows(asks_uuid)
    known = [circle.exchange.sms(phone, "mine")[0] for phone in MARSHALS]
    nobody = "11111111-2222-4333-8444-555555555555"
    circle.flows(sow(start(contacts=[*known, nobody], urns=["tel:+260970000099", "viber:x"])))
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(*MARSHALS) == [SAID, SAID]
    ((kind, why, unknown),) = circle.notices()
    assert (kind, "the others get it" in why) == ("start", True)
    assert unknown == ["viber:x", "tel:+260970000099", nobody]
    assert len(circle.exchange.rows("phones")) == 4, "nobody is made up"


def test_nobody_is_reached_who_said_stop_or_does_not_agree(circle: Circle):
    exchange = circle.exchange
    exchange.sms(DALITSO, "JOIN Dalitso, Chipata, 2")
    exchange.sms(DALITSO, "in")
    exchange.sms(CHANDA, "STOP")
    exchange.sms(AMINA, "sow")
    assert circle.told(BWALYA, CHANDA, DALITSO) == [SAID, [], []]


def test_stop_takes_back_what_was_planned_for_a_person(circle: Circle):
    exchange = circle.exchange
    exchange.sms(AMINA, "sow")
    outreach = Outreach(exchange.database, exchange.ground)
    while outreach.turn():
        pass
    assert len(exchange.rows("timers")) == 2
    exchange.sms(CHANDA, "STOP")
    assert circle.told(BWALYA, CHANDA) == [SAID, []]


def test_whoever_is_in_a_conversation_has_it_later_or_is_left_out(circle: Circle, clock: Clock):
    circle.exchange.sms(CHANDA, "asked")
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(BWALYA, CHANDA) == [SAID, []]
    circle.exchange.sms(CHANDA, "yes")
    clock.advance(hours=1)
    assert circle.told(BWALYA, CHANDA) == [[], SAID]
    circle.flows(sow(start(groups=["g-1"], idle=True)))
    circle.exchange.sms(CHANDA, "asked")
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(BWALYA, CHANDA) == [SAID, []]
    assert circle.exchange.rows("timers") == []


def test_more_people_than_the_limit_get_nothing_and_staff_are_told(circle: Circle):
    circle.limit(1)
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(*MARSHALS) == [[], []]
    ((kind, why, _),) = circle.notices()
    assert kind == "start"
    assert "more than 1 people" in why
    circle.limit(2)
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(*MARSHALS) == [SAID, SAID]


def test_a_limit_of_nobody_tells_staff_at_once(circle: Circle):
    circle.limit(0)
    circle.exchange.sms(AMINA, "sow")
    assert circle.exchange.rows("starts") == []
    assert [kind for kind, *_ in circle.notices()] == ["start"]


def test_a_message_reaches_everybody_in_their_language(circle: Circle):
    words = text("Sow @results.crop.", ny="Bzalani @results.crop.")
    circle.flows(sow(message(words, groups=["g-1"])))
    circle.exchange.sms(CHANDA, "LANGUAGE")
    circle.exchange.sms(CHANDA, "2")
    circle.exchange.sms(AMINA, "sow")
    assert circle.told(BWALYA, CHANDA, DALITSO) == [["Sow maize."], ["Bzalani maize."], []]


def test_a_message_that_comes_too_late_is_not_told_any_more(circle: Circle, clock: Clock):
    circle.flows(sow(message(text("Sow."), groups=["g-1"])))
    circle.exchange.sms(AMINA, "sow")
    clock.advance(hours=13)
    assert circle.told(*MARSHALS) == [[], []]


def test_in_quiet_hours_people_are_found_and_nobody_is_woken(circle: Circle, clock: Clock):
    circle.exchange.sms(AMINA, "sow")
    night = circle.exchange.ground.at(clock()).hour
    zone = circle.exchange.ground.timezone
    quiet = QuietHours.read(f"{night:02}:00-{(night + 2) % 24:02}:00", zone)
    object.__setattr__(circle.exchange.ground, "quiet", quiet)
    assert circle.told(*MARSHALS) == [[], []]
    assert len(circle.exchange.rows("timers")) == 2
    clock.advance(hours=3)
    assert circle.told(*MARSHALS) == [SAID, SAID]


def test_flows_that_begin_one_another_come_to_an_end(circle: Circle, clock: Clock):
    ring = flow("ring", node("1", Say(text("Round.")), start("ring", groups=["g-1"])), runs=True)
    circle.flows(ring)
    with circle.exchange.database.write() as tx:
        tx.connection.exec_driver_sql(
            "DELETE FROM memberships WHERE participant IN (SELECT id FROM participants)"
        )
    circle.exchange.sms(CHANDA, "ring")
    rounds = 0
    while (told := circle.told(CHANDA)) != [[]]:
        rounds += len(told[0])
        clock.advance(hours=1)
    assert rounds == 6
    ((kind, why, _),) = circle.notices()
    assert kind == "start"
    assert why.startswith("5 flows began one another")


def test_whoever_dies_between_two_slices_is_followed_and_nobody_has_it_twice(circle: Circle):
    exchange = circle.exchange
    exchange.sms(AMINA, "sow")
    for _ in range(20):  # each time another process, which dies after one person
        Outreach(exchange.database, exchange.ground, at_once=1).turn()
    assert exchange.rows("starts") == []
    assert len(exchange.rows("timers")) == 2
    assert circle.told(*MARSHALS) == [SAID, SAID]


def test_a_slice_that_breaks_is_come_back_to_and_given_up_in_the_end(
    circle: Circle, database: Database
):
    circle.exchange.sms(AMINA, "sow")
    with database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE starts SET attempts = 5")
    assert circle.told(*MARSHALS) == [[], []]
    assert [why for _, why, _ in circle.notices()] == ["it broke again and again"]


def test_what_somebody_began_who_was_erased_reaches_nobody(circle: Circle):
    exchange = circle.exchange
    exchange.sms(AMINA, "sow")
    with exchange.database.write() as tx:
        owner = exchange.vault.phone_id(AMINA)
        mark = "?" if tx.dialect == "sqlite" else "%s"
        tx.connection.exec_driver_sql(f"UPDATE phones SET salt = NULL WHERE id = {mark}", (owner,))
    assert circle.told(*MARSHALS) == [[], []]
    assert exchange.rows("starts") == []


def test_what_is_kept_of_a_start_and_of_what_others_get_is_sealed(circle: Circle):
    exchange = circle.exchange
    exchange.sms(AMINA, "sow")
    outreach = Outreach(exchange.database, exchange.ground)
    kept = [row["values_sealed"] for row in exchange.rows("starts")]
    while outreach.turn():
        pass
    kept += [row["text_sealed"] for row in exchange.rows("timers")]
    assert len(kept) == 3
    for sealed in kept:
        assert b"maize" not in bytes(sealed)
        assert b"Amina" not in bytes(sealed)
