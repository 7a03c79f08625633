"""What happened to a person, and what stands against writing one down, in sentences."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.core.movement import facts as kinds
from gateway.service.enrol import GENDERS, Problem
from gateway.service.groups import BY_STAFF
from gateway.service.people import Event
from gateway.web.visits import Visit


def _(text: str) -> str:
    """Mark a text for the catalogues; the page puts it into a language."""
    return text


STATUSES: Final = {"member": _("member"), "left": _("left")}
GENDER_NAMES: Final = dict(zip(GENDERS, (_("female"), _("male"), _("other")), strict=True))
MEDIA: Final = {"sms": _("by SMS"), "ussd": _("by USSD"), "call": _("by a call")}

# What stands against writing somebody down, and what to do.
PROBLEMS: Final[Mapping[str, str]] = {
    Problem.NO_NUMBER: _("The phone number is missing."),
    Problem.BAD_NUMBER: _("This is not a phone number that can be called. Look at the digits."),
    Problem.LONG_NAME: _("The name is too long. At most 80 letters."),
    Problem.NO_PLACE: _("The place is missing. You may write down people of your places only."),
    Problem.UNKNOWN_PLACE: _("There is no such place. Write the district or the province."),
    Problem.DOUBTFUL_PLACE: _("More than one place may be meant. Write its full name or its code."),
    Problem.OTHER_PLACE: _("This place is not one of yours."),
    Problem.UNKNOWN_LANGUAGE: _("This language is not spoken here. Write its code, such as en."),
    Problem.UNKNOWN_GENDER: _("Write female, male or other, or nothing."),
    Problem.BAD_GROUP: _("A group's name has up to 40 letters, digits, spaces and hyphens."),
    Problem.UNCLEAR_CONSENT: _("The consent is neither yes nor no. Write one of them, or nothing."),
    Problem.UNWITNESSED: _(
        "A consent needs the words on the paper, a witness and where the paper is kept."
    ),
    Problem.MEMBER: _(
        "This number is a member's already. If several people share the phone, it speaks for that"
        " member alone; the others can be counted in a hall."
    ),
    Problem.STOPPED: _("This number said STOP. Only its owner can come back, by writing START."),
    Problem.LEFT: _("This person left before, and comes back only with a new answer on paper."),
    Problem.SILENT: _("This number wants no messages already."),
    Problem.TWICE: _("This number stands in the file before, in line %(value)s."),
}

_LEFT: Final = {
    "stop": _("Left by writing STOP"),
    "asked": _("Left: asked staff"),
    "operator": _("Left: the network said so"),
    "list": _("Left: was on a list of those who want no messages"),
}
_STOPPED: Final = {
    "stop": _("The phone said STOP"),
    "asked": _("Asked staff for no more messages"),
    "operator": _("The network said that the phone wants no more messages"),
    "list": _("Was on a list of those who want no messages"),
}


def problem_words(visit: Visit, problem: str, value: str | int = "") -> str:
    """Return a problem as a sentence in the visitor's language."""
    text = visit.gettext(PROBLEMS.get(problem, problem))
    return text.replace("%(value)s", str(value))


def told(visit: Visit, event: Event) -> str:
    """Return one thing that happened as words in the visitor's language."""
    teller = _TELLERS.get(event.kind)
    said = event.kind if teller is None else teller(visit, event.body)
    return f"{said} {_by(visit, event.body)}".strip()


def place_name(visit: Visit, code: object) -> str:
    """Return the name of a place; a code that is no place's stays itself."""
    place = visit.stand.places.get(str(code or ""))
    return str(code or "") if place is None else place.name


def _by(visit: Visit, body: Mapping[str, Any]) -> str:
    if body.get("channel") == BY_STAFF:
        return visit.gettext("(written down by staff)")
    medium = MEDIA.get(str(body.get("medium") or ""))
    return "" if medium is None else f"({visit.gettext(medium)})"


def _joined(visit: Visit, body: Mapping[str, Any]) -> str:
    place = place_name(visit, body.get("place"))
    if place:
        return visit.gettext("Became a member, in %(place)s", place=place)
    return visit.gettext("Became a member")


def _changed(visit: Visit, body: Mapping[str, Any]) -> str:
    parts = []
    if body.get("place"):
        parts.append(visit.gettext("Place: %(place)s", place=place_name(visit, body["place"])))
    if body.get("language"):
        name = visit.writing.language_name(str(body["language"]))
        parts.append(visit.gettext("Language: %(language)s", language=name))
    if body.get("gender"):
        parts.append(visit.gettext("Gender changed"))
    return "; ".join(parts) or visit.gettext("Name changed")


def _left(visit: Visit, body: Mapping[str, Any]) -> str:
    return visit.gettext(_LEFT.get(str(body.get("how")), _("Left")))


def _consented(visit: Visit, body: Mapping[str, Any]) -> str:
    if body.get("answer") == "yes":
        return visit.gettext("Agreed to get calls to action")
    return visit.gettext("Did not agree to get calls to action")


def _stopped(visit: Visit, body: Mapping[str, Any]) -> str:
    return visit.gettext(_STOPPED.get(str(body.get("how")), _("Wants no more messages")))


def _started(visit: Visit, _body: Mapping[str, Any]) -> str:
    return visit.gettext("Wants messages again")


def _grouped(visit: Visit, body: Mapping[str, Any]) -> str:
    return visit.gettext("Came into the group %(group)s", group=body.get("group"))


def _ungrouped(visit: Visit, body: Mapping[str, Any]) -> str:
    return visit.gettext("Left the group %(group)s", group=body.get("group"))


def _field(visit: Visit, body: Mapping[str, Any]) -> str:
    return visit.gettext("Said something about: %(field)s", field=body.get("key"))


def _result(visit: Visit, body: Mapping[str, Any]) -> str:
    return visit.gettext(
        "Answered %(question)s in the conversation %(flow)s",
        question=body.get("name"),
        flow=body.get("flow"),
    )


def _refused(visit: Visit, body: Mapping[str, Any]) -> str:
    number = body.get("motion")
    return visit.gettext("Sent a vote that did not count, on motion %(number)s", number=number)


def _read(visit: Visit, _body: Mapping[str, Any]) -> str:
    return visit.gettext("Staff read what was written to and fro")


_TELLERS: Final = {
    kinds.PARTICIPANT_JOINED: _joined,
    kinds.PARTICIPANT_CHANGED: _changed,
    kinds.PARTICIPANT_LEFT: _left,
    kinds.CONSENT_RECORDED: _consented,
    kinds.PHONE_STOPPED: _stopped,
    kinds.PHONE_STARTED: _started,
    kinds.GROUP_JOINED: _grouped,
    kinds.GROUP_LEFT: _ungrouped,
    kinds.FIELD_CHANGED: _field,
    kinds.RESULT_SAVED: _result,
    kinds.BALLOT_REFUSED: _refused,
    kinds.CONVERSATION_READ: _read,
}
