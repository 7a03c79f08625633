"""The demo's story, chapter by chapter. What is told here is what `stage` checks."""

from collections.abc import Callable

from gateway.cli.demo.processes import wait_until
from gateway.cli.demo.stage import Stage
from gateway.core.movement.codes import written

_REPORTS_SECONDS = 15.0

_WELLS = """\
flow: wells
spec: 2
start: {keywords: [wells]}
steps:
  district:
    ask: In which district is the well?
    expect: place(district)
    save: answer.district
  people:
    ask: How many people drink from it?
    expect: number(1, 5000)
    save: answer.people
  thanks:
    say: Thank you. They need @(answer.people * 20) litres a day in @answer.district.name.
    end: true
"""


def three_people_join(stage: Stage) -> None:
    """Three people join: by SMS in Nyanja, by USSD, and in one message."""
    stage.texts("Amina", "LOWANI")
    stage.texts("Amina", "Amina")
    stage.texts("Amina", "chipata")
    stage.texts("Amina", "1", reply="Amina")
    stage.say("")
    stage.dials("Bwalya", "1", "Bwalya", "Katete", "1", shows="Bwalya")
    stage.say("")
    stage.texts("Chanda", "JOIN Chanda, Lundasi, yes", reply="Chanda")
    people = {one["name"]: one for one in stage.rows("participants")}
    stage.check(sorted(people) == ["Amina", "Bwalya", "Chanda"], "Three people are members.")
    stage.check(
        [people[name]["place"] for name in sorted(people)] == ["Chipata", "Katete", "Lundazi"],
        "They live in Chipata, Katete and Lundazi, however it was spelt.",
    )
    stage.check(people["Amina"]["language"] == "ny", "Amina is written to in Nyanja.")


def a_power_cut(stage: Stage) -> None:
    """Amina reports a problem, and the power goes while she does."""
    stage.texts("Amina", "REPORT")
    stage.texts("Amina", "1")
    stage.texts("Amina", "1")
    stage.kill_gateway()
    stage.say("\n  *** kill -9: the gateway is gone. It is started again.\n")
    stage.start_gateway()
    stage.texts("Amina", "The borehole at the market is dry", reply=".")
    reports = stage.rows("reports")
    stage.check(
        [(one["category"], one["words"]) for one in reports]
        == [("water", "The borehole at the market is dry")],
        "Her report is kept, with what she had answered before the power went.",
    )
    code = written(str(reports[0]["code"]))
    stage.check(code in stage.people["Amina"].texts[-1], f"She has its code, {code}.")


def all_vote(stage: Stage) -> None:
    """An assembly opens and all vote: by SMS, by USSD, and one changes her mind."""
    stage.command("assembly", "open", str(stage.folder.examples / "assembly.yaml"))
    opened = stage.asked("assembly", "list", "--json")[0]
    first, number = opened["motions"][0], str(opened["number"])
    stage.say("")
    stage.texts("Amina", f"{first} 1")
    stage.dials("Bwalya", "1", "2")
    stage.texts("Chanda", f"VOTE {first} 2", reply="No")
    stage.texts("Chanda", f"VOTE {first} 1", reply="Yes")
    tally = stage.asked("assembly", "tally", number, "--json")["motions"][0]
    votes = {one["label"]: one["votes"] for one in tally["options"]}
    stage.check(tally["turnout"] == 3, "Nobody is lost: three members voted, each once.")
    stage.check(
        (votes["Yes"], votes["No"]) == (2, 1), "Yes has two votes and No one: the last counts."
    )
    stage.say("")
    stage.command("assembly", "tally", number)


def one_leaves(stage: Stage) -> None:
    """Bwalya says STOP. It is confirmed once, and then there is silence."""
    stage.texts("Bwalya", "Stop", reply="START")
    stage.stays_silent("Bwalya", "STOP please")
    status = {one["name"]: one["status"] for one in stage.rows("participants")}
    stage.check(status["Bwalya"] == "left", "Bwalya has left.")


def a_call_goes_out(stage: Stage) -> None:
    """An organiser writes to the members in Eastern Province, and somebody else approves it."""
    account = ("--name", "Moses", "--role", "approver", "--link")
    stage.command("staff", "add", "moses", *account, spoken=False)
    made = stage.asked("broadcast", "create", str(stage.folder.examples / "call.yaml"), "--json")
    number = str(made["number"])
    stage.command("broadcast", "preview", number)
    stage.command("broadcast", "submit", number)
    stage.command("broadcast", "approve", number, "--as", "moses")
    stage.command("broadcast", "send", number)
    stage.say("")
    stage.receives("Amina", "10:00")
    stage.receives("Chanda", "10:00")
    stage.stays_silent("Bwalya")
    told: dict[str, int] = {}

    def reported() -> bool:
        told.update(stage.asked("broadcast", "status", number, "--json")["messages"])
        return told.get("delivered", 0) == 2

    wait_until(lambda: not reported(), _REPORTS_SECONDS)
    stage.check(told.get("delivered") == 2, "The network reports both as delivered.")


def a_conversation_is_written(stage: Stage) -> None:
    """An organiser writes a new conversation, and people hold it while the gateway runs."""
    stage.writes_flow("wells.yaml", _WELLS.replace("(district)", "(distirct)"))
    told = stage.refused("flows", "check")
    stage.check("wells.yaml:7: error" in told, "The slip of the pen is found, with its line.")
    stage.writes_flow("wells.yaml", _WELLS)
    stage.waits_for_flows()
    stage.say("")
    stage.texts("Chanda", "WELLS", reply="district")
    stage.texts("Chanda", "help", reply="district")
    stage.texts("Chanda", "Lundazi", reply="How many people")
    stage.texts("Chanda", "back", reply="district")
    stage.texts("Chanda", "Chipata", reply="How many people")
    stage.texts("Chanda", "about 40", reply="800 litres a day in Chipata")
    stage.say("  = Help and the way back lead through it, and what was said last counts.")


def the_counts(stage: Stage) -> None:
    """A coordinator counts, and the journal is checked."""
    counted = stage.command("export", "signups", "--by", "place,channel,medium")
    sums = [int(line.rpartition(",")[2]) for line in counted.splitlines()[1:]]
    stage.check(sum(sums) == 2, "Two members are left, and every table of them sums to two.")
    stage.command("journal", "verify")
    stage.command("journal", "replay")


CHAPTERS: tuple[Callable[[Stage], None], ...] = (
    three_people_join,
    a_power_cut,
    all_vote,
    one_leaves,
    a_call_goes_out,
    a_conversation_is_written,
    the_counts,
)
