"""What is going on, counted on both databases."""

from zoneinfo import ZoneInfo

from gateway.core.delivery.status import Status
from gateway.flowfiles.assembly_files import Setting, read_assembly
from gateway.service.assembly import open_assembly
from gateway.service.overview import look
from tests.demo import ROOT

EXAMPLE = ROOT / "config" / "examples" / "assembly.yaml"


def opened(database, places):
    """Open the example assembly, which closes after two days."""
    zone = ZoneInfo("Africa/Lusaka")
    setting = Setting(places, ["en", "ny", "bem"], zone, database.clock())
    return open_assembly(database, read_assembly(EXAMPLE, setting))


def test_an_empty_movement_has_nothing_to_count(database, places):
    seen = look(database, places, "en")
    assert (seen.members, seen.by_place, seen.reports, seen.messages) == (0, (), (), ())
    assert seen.assemblies == ()


def test_members_are_counted_by_place_channel_and_medium_and_those_who_left_are_not(
    database, population, places
):
    population.join("+260970000001", place="ZM-03-05")
    population.join("+260970000002", place="ZM-03-05", channel="other")
    population.join("+260970000003")
    population.leave(population.join("+260970000004", place="ZM-03-09"))
    seen = look(database, places, "en")
    assert seen.members == 3
    assert seen.by_place == (("Chipata", 2), ("", 1))
    assert seen.by_channel == (("demo", 2), ("other", 1))
    assert sum(count for _, count in seen.by_medium) == 3


def test_reports_and_messages_are_counted_without_their_words(database, population, places):
    somebody = population.join("+260970000001")
    population.report(somebody, "7K42C9X", "The tap is dry")
    population.message(somebody, "Hello", status=int(Status.DELIVERED))
    population.message(somebody, "HELP", incoming=True)
    seen = look(database, places, "en")
    assert seen.reports == (("water", 1),)
    assert seen.messages == (("delivered", 1), ("received", 1))


def test_only_what_is_open_is_shown_with_its_turnout(database, population, places, clock):
    somebody = population.join("+260970000001")
    population.join("+260970000002")
    made = opened(database, places)
    population.vote(somebody, made.motions[0], 1)
    (shown,) = look(database, places, "ny").assemblies
    assert [(one.number, one.turnout, one.eligible) for one in shown.motions] == [
        (made.motions[0], 1, 2),
        (made.motions[1], 0, 2),
    ]
    assert shown.motions[0].question.startswith("Kodi boma")
    clock.now = shown.closes_at
    assert look(database, places, "en").assemblies == ()
