"""`gateway broadcast`: calls to action, from the first word to the last delivery report."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.call_desk import Desk, open_desk
from gateway.cli.command import WRONG_USAGE, fail
from gateway.cli.tables import print_json, print_table
from gateway.config.channels import ChannelSettings
from gateway.core.delivery.price import PriceTable
from gateway.core.movement.audience import AudienceError, read_audience
from gateway.core.movement.moments import WRITTEN, iso, read_moment
from gateway.core.movement.wording import WordingError, read_wording
from gateway.flowfiles.assembly_files import Setting
from gateway.flowfiles.call_files import LONGEST_TITLE, CallPlan, read_call
from gateway.service.broadcast import Progress
from gateway.service.call_preview import Preview
from gateway.store import channels
from gateway.store.broadcasts import BroadcastRow

app = typer.Typer(help="Calls to action.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The call's number.", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Names = list[str] | None
As = Annotated[
    str | None, typer.Option("--as", help="The member of staff who does it, by user name.")
]

_WHY = {
    "erased": "was erased",
    "opted_out": "said STOP",
    "no_consent": "did not agree to messages",
    "same_phone": "shares a phone that gets it already",
    "too_often": "got as many calls this week as anybody may",
}


@app.command()
def create(
    file: Annotated[
        Path | None, typer.Argument(help="The call's file; see config/examples. Else options.")
    ] = None,
    *,
    title: Annotated[str | None, typer.Option(help="What the call is about.")] = None,
    text: Annotated[Names, typer.Option(help='A text by language: en="Come on Saturday".')] = None,
    place: Annotated[Names, typer.Option(help="People in this place, by name or code.")] = None,
    exclude_place: Annotated[Names, typer.Option(help="Not people in this place.")] = None,
    language: Annotated[Names, typer.Option(help="People who speak this language.")] = None,
    group: Annotated[Names, typer.Option(help="People in this group.")] = None,
    exclude_group: Annotated[Names, typer.Option(help="Not people in this group.")] = None,
    gender: Annotated[Names, typer.Option(help="People of this gender, as flows save it.")] = None,
    joined_since: Annotated[str | None, typer.Option(help="People who joined since then.")] = None,
    answered: Annotated[
        Names, typer.Option(help="People with this result of a flow: flow:result.")
    ] = None,
    exclude_answered: Annotated[Names, typer.Option(help="Not people with this result.")] = None,
    valid_until: Annotated[
        str | None, typer.Option(help=f"After this nothing leaves: {WRITTEN}.")
    ] = None,
    not_before: Annotated[str | None, typer.Option(help="Before this nothing leaves.")] = None,
    channel: Annotated[str | None, typer.Option(help="The channel it leaves through.")] = None,
    who: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a call and print its number. Nothing leaves before `send`."""
    given = {
        "places": place,
        "except_places": exclude_place,
        "languages": language,
        "groups": group,
        "except_groups": exclude_group,
        "genders": gender,
        "answered": answered,
        "except_answered": exclude_answered,
    }
    chosen = {name: values for name, values in given.items() if values}
    if file is not None and (title or text or valid_until or not_before or joined_since or chosen):
        fail("Give a file or options, not both (--channel goes with either).", WRONG_USAGE)
    with open_desk() as desk:
        if file is not None:
            plan = read_call(file, desk.setting)
        else:
            times = (valid_until, not_before, joined_since)
            plan = _written(desk.setting, title, text or [], chosen, times)
        settings = desk.channel(channel or plan.channel)
        with desk.store.database.write() as tx:
            number = channels.number(tx, [settings.name])[settings.name]
        made = desk.calls.create(plan, number, desk.person(who))
        if as_json:
            print_json({"number": made})
            return
        typer.echo(f"Call {made}: {plan.title}")
        typer.echo(f"  For {plan.audience.in_words(desk.places)}, through {settings.name}.")
        typer.echo(f"  Nothing leaves yet. Look at it: gateway broadcast preview {made}")


@app.command()
def preview(number: Number, as_json: AsJson = False) -> None:
    """Say who would get a call, what it costs, when it is through, and how it reads."""
    with open_desk() as desk:
        call = desk.calls.find(number)
        rate = _channel_of(desk, call).rate_per_second
        prices = desk.prices()
        seen = desk.calls.preview(number, prices, rate)
        if as_json:
            print_json(_preview_json(call, seen, prices))
            return
        _print_preview(desk, call, seen, prices)


@app.command()
def submit(number: Number, who: As = None) -> None:
    """Ask for the approval of a draft by somebody who has not written it."""
    with open_desk() as desk:
        desk.calls.submit(number, desk.person(who))
    typer.echo(f"Call {number} waits for somebody's approval.")


@app.command()
def approve(
    number: Number,
    who: Annotated[str, typer.Option("--as", help="Who approves it, by user name.")],
) -> None:
    """Approve what somebody else wrote, in the name of an approver."""
    with open_desk() as desk:
        desk.calls.approve(number, None, desk.person(who))
    typer.echo(f"Call {number} is approved. Let it leave: gateway broadcast send {number}")


@app.command(name="take-back")
def take_back(number: Number, who: As = None) -> None:
    """Make a draft again of a call that has not left; an approval of it is void."""
    with open_desk() as desk:
        desk.calls.take_back(number, desk.person(who))
    typer.echo(f"Call {number} is a draft again.")


@app.command()
def send(number: Number, who: As = None, as_json: AsJson = False) -> None:
    """Release a call to its audience. It leaves as fast as its channel may, behind all answers."""
    with open_desk() as desk:
        queued = desk.calls.send(number, desk.person(who))
        if as_json:
            print_json({"number": number, "queued": queued})
            return
        typer.echo(f"Call {number}: {queued:,} messages wait to leave.")
        begins = desk.free_at(desk.store.database.clock())
        if begins is not None:
            typer.echo(f"  It is quiet now: nothing leaves before {desk.moment(begins)}.")


@app.command()
def pause(number: Number, who: As = None) -> None:
    """Hold what has not left of a call. What is on its way arrives."""
    with open_desk() as desk:
        desk.calls.pause(number, desk.person(who))
    typer.echo(f"Call {number} is paused. Go on with it: gateway broadcast resume {number}")


@app.command()
def resume(number: Number, who: As = None) -> None:
    """Let a paused call go on where it was."""
    with open_desk() as desk:
        desk.calls.resume(number, desk.person(who))
    typer.echo(f"Call {number} goes on.")


@app.command()
def status(number: Number, as_json: AsJson = False) -> None:
    """Say where a call is: its messages by what became of them."""
    with open_desk() as desk:
        progress = desk.calls.progress(number)
        if as_json:
            print_json(_progress_json(progress))
            return
        call = progress.call
        typer.echo(f"Call {number}: {call.title}")
        typer.echo(f"  {call.status}, valid until {desk.moment(call.valid_until)}")
        print_table(
            ("messages", "number"),
            [(one.word, f"{count:,}") for one, count in progress.messages.items()],
        )


@app.command()
def stop(number: Number, who: As = None, as_json: AsJson = False) -> None:
    """Stop a call: what has not left does not leave any more."""
    with open_desk() as desk:
        cancelled = desk.calls.stop(number, desk.person(who))
        if as_json:
            print_json({"number": number, "cancelled": cancelled})
            return
        typer.echo(f"Call {number} is stopped; {cancelled:,} messages will not leave.")


@app.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """List the calls, the newest first."""
    with open_desk() as desk:
        found = desk.calls.newest(limit)
        if as_json:
            print_json([_row_json(call) for call in found])
            return
        print_table(
            ("number", "title", "status", "for", "queued", "valid until"),
            [
                (
                    call.number,
                    call.title,
                    call.status,
                    call.audience.in_words(desk.places),
                    f"{call.queued:,}",
                    desk.moment(call.valid_until),
                )
                for call in found
            ],
        )


def _written(
    setting: Setting,
    title: str | None,
    texts: Iterable[str],
    chosen: Mapping[str, list[str]],
    times: tuple[str | None, str | None, str | None],
) -> CallPlan:
    """Return the call that options say. Ends the command where they do not make one."""
    valid_until, not_before, joined_since = times
    if not title or not title.strip():
        fail("Give a file, or at least --title, --text and --valid-until.", WRONG_USAGE)
    if len(title) > LONGEST_TITLE:
        fail(f"--title has {len(title)} characters; {LONGEST_TITLE} are the most.", WRONG_USAGE)
    if valid_until is None:
        fail(f"Give --valid-until: after it nothing leaves. Write {WRITTEN}.", WRONG_USAGE)
    until = _moment("--valid-until", valid_until, setting)
    if until <= setting.now:
        fail(f"--valid-until '{valid_until}' is over. Give one that is to come.", WRONG_USAGE)
    wording = dict(_text(one) for one in texts)
    since = None if joined_since is None else _moment("--joined-since", joined_since, setting)
    try:
        read_wording(wording, setting.languages[0], setting.languages)
        audience = read_audience(chosen, setting.places, setting.languages, since)
    except (WordingError, AudienceError) as trouble:
        fail(str(trouble), WRONG_USAGE)
    start = None if not_before is None else _moment("--not-before", not_before, setting)
    return CallPlan(title.strip(), None, wording, audience, start, until)


def _text(written: str) -> tuple[str, str]:
    language, sign, text = written.partition("=")
    if not sign:
        fail(f"--text '{written}' has no language. Write --text en=\"…\".", WRONG_USAGE)
    return language.strip(), text


def _moment(option: str, written: str, setting: Setting) -> int:
    moment = read_moment(written, now=setting.now, zone=setting.zone)
    if moment is None:
        fail(f"{option} '{written}' is no time. Write one such as {WRITTEN}.", WRONG_USAGE)
    return moment


def _channel_of(desk: Desk, call: BroadcastRow) -> ChannelSettings:
    with desk.store.database.read() as connection:
        names = {row.id: row.name for row in channels.read_all(connection)}
    return desk.channel(names.get(call.channel))


def _print_preview(desk: Desk, call: BroadcastRow, seen: Preview, prices: PriceTable) -> None:
    echo: Callable[[str], None] = typer.echo
    about = "about " if seen.estimated else ""
    echo(f"Call {call.number}: {call.title}")
    echo(f"  For {call.audience.in_words(desk.places)}")
    echo(f"  {seen.recipients:,} people get it.")
    for reason, count in seen.skipped.items():
        echo(f"  {count:,} in the audience do not: {_WHY[reason]}.")
    for one in seen.languages:
        parts = one.segments
        echo(
            f"  {one.language}: {one.recipients:,} people, {parts.count} message(s) each "
            f"({parts.units} of {parts.per_segment * parts.count} {parts.encoding} characters, "
            "names left out)"
        )
    echo(f"  {about}{seen.segments:,} messages are paid for, {about}{prices.words(seen.cost)}")
    echo(f"  The last one leaves about {desk.moment(seen.finishes_at)}.")
    if seen.finishes_at > call.valid_until:
        until = desk.moment(call.valid_until)
        echo(f"  That is too late: after {until} nothing leaves. Make it valid for longer.")
    for sample in seen.samples:
        echo(f"\n  > {sample}")


def _preview_json(call: BroadcastRow, seen: Preview, prices: PriceTable) -> dict[str, object]:
    return {
        "number": call.number,
        "title": call.title,
        "recipients": seen.recipients,
        "skipped": dict(seen.skipped),
        "languages": [
            {
                "language": one.language,
                "recipients": one.recipients,
                "text": one.text,
                "encoding": one.segments.encoding,
                "units": one.segments.units,
                "segments": one.segments.count,
            }
            for one in seen.languages
        ],
        "segments": seen.segments,
        "cost": {"currency": prices.currency, "thousandths": seen.cost},
        "estimated": seen.estimated,
        "finishes_at": iso(seen.finishes_at),
        "in_time": seen.finishes_at <= call.valid_until,
        "samples": list(seen.samples),
    }


def _progress_json(progress: Progress) -> dict[str, object]:
    messages = {one.word: count for one, count in progress.messages.items()}
    return _row_json(progress.call) | {"messages": messages}


def _row_json(call: BroadcastRow) -> dict[str, object]:
    return {
        "number": call.number,
        "title": call.title,
        "status": call.status,
        "audience": call.audience.to_json(),
        "queued": call.queued,
        "not_before": None if call.not_before is None else iso(call.not_before),
        "valid_until": iso(call.valid_until),
        "created_at": iso(call.created_at),
    }
