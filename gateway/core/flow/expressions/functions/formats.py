"""Functions that write values for people to read, and take addresses apart."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from textwrap import indent
from typing import Final

import phonenumbers

from gateway.core.flow.expressions.conversions import show
from gateway.core.flow.expressions.environment import Environment
from gateway.core.flow.expressions.functions.dates import zone_by_name
from gateway.core.flow.expressions.moments import format_moment
from gateway.core.flow.expressions.numbers import ARITHMETIC, write_number
from gateway.core.flow.expressions.signature import pay_for_text
from gateway.core.flow.expressions.values import DEFAULT, Error, Evaluation, Value

_MOST_PLACES: Final = 9

# What stands for an address that may not be seen.
_REDACTED: Final = "********"

_URN: Final = re.compile(
    r"(?P<scheme>[^:?#]+):(?P<path>[^?#]+)(?:\?[^?#]*)?(?:#(?P<display>[^?#]*))?"
).fullmatch
_ESCAPES: Final = {"%23": "#", "%25": "%", "%3F": "?"}
_ESCAPED: Final = re.compile("|".join(_ESCAPES)).sub

# A place in a prompt: {{ .arg1 }}. A dash within the brackets takes the space outside away.
_ARGUMENT: Final = re.compile(
    r"(?:\s*+\{\{-\s|\{\{)\s*+\.arg([0-9]{1,3})(?:\s++-\}\}\s*+|\s*+\}\})"
)
_NO_VALUE: Final = "<no value>"


def format_value(evaluation: Evaluation, value: Value) -> Value:
    """The value as people read it where the environment is set.

    @(format(1234.50)) → 1,234.5
    @(format(date("2026-05-04"))) → 04-05-2026
    @(format(array(1000, 2000))) → 1,000, 2,000
    """
    return _pretty(evaluation.environment, value)


def format_number(
    evaluation: Evaluation,
    number: Decimal,
    places: int | None = None,
    commas: bool = True,  # noqa: FBT001, FBT002 - it is an argument of the function
) -> Value:
    """The number with its digits in groups, rounded to so many decimal places if they are given.

    @(format_number(1234.5)) → 1,234.5
    @(format_number(1234.5, 2)) → 1,234.50
    @(format_number(1234.5, 0, false)) → 1235
    """
    if places is not None and not 0 <= places <= _MOST_PLACES:
        return Error(f"must take 0-{_MOST_PLACES} number of places, got {places}")
    return _number(evaluation.environment, number, places, grouped=commas)


def format_datetime(
    evaluation: Evaluation,
    datetime: datetime,
    layout: str | None = None,
    timezone: str | None = None,
) -> Value:
    """The datetime written by a layout, in a time zone; without them, as the environment does.

    @(format_datetime("2026-05-04T16:30:00Z")) → 04-05-2026 18:30
    @(format_datetime("2026-05-04T16:30:00Z", "EEEE D MMMM, h:mm aa")) → Monday 4 May, 6:30 pm
    @(format_datetime("2026-05-04T16:30:00Z", "tt:mm ZZZ", "Asia/Dhaka")) → 22:30 +06:00
    @(format_datetime("2026-05-04T16:30:00Z", "dd/mm/yy")) → ERROR
    """
    env = evaluation.environment
    zone = env.timezone if timezone is None else zone_by_name(timezone)
    if isinstance(zone, Error):
        return zone
    wanted = f"{env.date_format} {env.time_format}" if layout is None else layout
    return format_moment(env, _there(datetime, zone), wanted)


def format_date(evaluation: Evaluation, date: date, layout: str | None = None) -> Value:
    """The date written by a layout or, without one, as the environment writes dates.

    @(format_date("2026-05-04")) → 04-05-2026
    @(format_date("2026-05-04", "D MMM YY")) → 4 May 26
    """
    env = evaluation.environment
    return format_moment(env, date, env.date_format if layout is None else layout)


def format_time(evaluation: Evaluation, time: time, layout: str | None = None) -> Value:
    """The time written by a layout or, without one, as the environment writes times.

    @(format_time("6:30 pm")) → 18:30
    @(format_time("18:30", "h:mm AA")) → 6:30 PM
    """
    env = evaluation.environment
    return format_moment(env, time, env.time_format if layout is None else layout)


def format_location(_evaluation: Evaluation, path: str) -> Value:
    """The name of a place, given with those that it is in: ``Zambia > Eastern > Chipata``.

    @(format_location("Zambia > Eastern > Chipata")) → Chipata
    """
    return path.rpartition(">")[2].strip()


def format_urn(evaluation: Evaluation, urn: str) -> Value:
    """An address as people of its country write it. Where addresses are hidden, it stays so.

    @(format_urn("tel:+260970000001")) → 097 0000001
    @(format_urn("telegram:1234#amina")) → amina
    @(format_urn("nobody")) → ERROR
    """
    written = write_urn(urn)
    if written is None:
        return Error(f"{urn} is not a valid URN")
    return _REDACTED if evaluation.environment.redact_urns else written


def write_urn(urn: str) -> str | None:
    """Return an address as people of its country write it, None for what is no address."""
    parts = _URN(urn)
    if parts is None:
        return None
    path = _unescaped(parts["path"])
    if parts["scheme"] == "tel":
        return _national(path)
    return _unescaped(parts["display"] or "") or path


def urn_parts(_evaluation: Evaluation, urn: str) -> Value:
    """The scheme, the path and the display name of an address.

    @(urn_parts("tel:+260970000001").path) → +260970000001
    @(urn_parts("telegram:1234#amina").display) → amina
    """
    parts = _URN(urn)
    if parts is None:
        return Error(f"{urn} is not a valid URN")
    return {
        "scheme": _unescaped(parts["scheme"]),
        "path": _unescaped(parts["path"]),
        "display": _unescaped(parts["display"] or ""),
    }


def attachment_parts(_evaluation: Evaluation, attachment: str) -> Value:
    """The type and the web address of an attachment.

    @(attachment_parts("image/jpeg:https://example.org/well.jpg").content_type) → image/jpeg
    """
    kind, colon, url = attachment.partition(":")
    if not colon:
        return {"content_type": "", "url": attachment}
    return {"content_type": kind, "url": url}


def prompt(evaluation: Evaluation, name: str, *values: Value) -> Value:
    """A text for a language model, by its name, with values in its places.

    @(prompt("sort", array("water", "roads"))) → Sort into one of: [water, roads]
    """
    template = evaluation.environment.prompts.get(name)
    if template is None:
        return Error(f"no such prompt with name '{name}'")
    pieces = _ARGUMENT.split(template)
    made = [pieces[0]]
    for position, after in zip(pieces[1::2], pieces[2::2], strict=True):
        index = int(position) - 1
        known = 0 <= index < len(values)
        text = show(evaluation.environment, values[index]) if known else _NO_VALUE
        pay_for_text(evaluation, len(text) + len(after))
        made += [text, after]
    return "".join(made)


def _pretty(env: Environment, value: Value) -> str:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return _number(env, Decimal(value), None, grouped=True)
    if isinstance(value, date | time):
        made = format_moment(env, *_local(env, value))
        return show(env, value) if isinstance(made, Error) else made
    if isinstance(value, Mapping):
        if DEFAULT in value:
            return _pretty(env, value[DEFAULT])
        return "\n".join([_line(key, _pretty(env, value[key])) for key in sorted(value)])
    if isinstance(value, list | tuple):
        return _list([_pretty(env, item) for item in value])
    return show(env, value)


def _local(env: Environment, value: date | time) -> tuple[date | time, str]:
    """Return a moment in the environment's time zone, and the layout for it."""
    if isinstance(value, datetime):
        return _there(value, env.timezone), f"{env.date_format} {env.time_format}"
    return value, env.date_format if isinstance(value, date) else env.time_format


def _there(moment: datetime, zone: tzinfo) -> datetime:
    """Return the moment in a zone or, at the ends of the calendar, as it is."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _line(key: str, text: str) -> str:
    return f"{key}: \n{indent(text, '  ')}" if "\n" in text else f"{key}: {text}"


def _list(texts: Sequence[str]) -> str:
    """Write items behind each other or, where one has several lines, below each other."""
    if not any("\n" in text for text in texts):
        return ", ".join(texts)
    return "\n".join(["- " + indent(text, "  ")[2:] for text in texts])


def _number(env: Environment, number: Decimal, places: int | None, *, grouped: bool) -> str:
    """Write a number with the signs of the environment."""
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, ARITHMETIC)
        text = f"{number or abs(number):f}"
    else:
        text = write_number(number)
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.removeprefix("-").partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", env.number_format.grouping)
    return f"{sign}{whole}{env.number_format.decimal if fraction else ''}{fraction}"


def _national(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _unescaped(text: str) -> str:
    return _ESCAPED(lambda escape: _ESCAPES[escape[0]], text)
