"""Every text of a folder of flow files, with what a translator and a check have to know of it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from gateway.core.flow.parts import waits, ways
from gateway.core.flow.release import Release
from gateway.core.text.keywords import fold, match_command
from gateway.flowfiles.releases import Source, compile_release, read_files
from gateway.flowfiles.system_file import NAME as SYSTEM_NAME
from gateway.flowfiles.system_file import SystemFile
from gateway.flowfiles.texts import Original
from gateway.flowfiles.yaml_flows import FlowFile

MENU: Final = "menu"
OPTION: Final = "option"
RETRY: Final = "retry"
SMS: Final = "text"
LINE: Final = "line"
QUESTIONS: Final = ("ask", MENU)

# The system's texts that are more than words of their own: what kind, the option's number, and the
# question that they belong to.
_SYSTEM_KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "resume_prompt": (MENU, "", ""),
    "resume_continue": (OPTION, "1", "system.resume_prompt"),
    "resume_again": (OPTION, "2", "system.resume_prompt"),
    "did_you_mean": (MENU, "", ""),
    "meant_it": (OPTION, "1", "system.did_you_mean"),
    "meant_else": (OPTION, "2", "system.did_you_mean"),
    "place_which": (MENU, "", ""),
    "place_none": (OPTION, "0", "system.place_which"),
    "more": (LINE, "", ""),
    "back": (LINE, "", ""),
    "go_back": (LINE, "", ""),
    "go_home": (LINE, "", ""),
}
_FIRST_WHEN_DIALLED_AGAIN: Final = "system.resume_prompt"


@dataclass(frozen=True, slots=True)
class Message:
    """A text to translate. `language` is the one it is written in.

    `kind` is the key of its step (``ask``, ``menu``, ``say``, ``text``, …), ``option``, or ``line``
    for a line of a screen. An option has the `number` that people press. `question` is the context
    of the question that an option or a retry belongs to. `opening` says that the text may stand on
    the first screen after a dial.
    """

    context: str
    source: str
    path: str
    line: int
    language: str
    kind: str
    number: str = ""
    question: str = ""
    opening: bool = False

    @property
    def flow(self) -> str:
        """The name of its flow, or of the system file."""
        return self.context.partition(".")[0]


class Script:
    """The texts of a folder in the order of its files, and the words that it understands."""

    def __init__(self, messages: tuple[Message, ...], release: Release) -> None:
        self.messages = messages
        self.language = release.languages[0]
        self.by_context = {message.context: message for message in messages}
        self._release = release
        self._options: dict[str, list[Message]] = {}
        for message in messages:
            if message.kind == OPTION:
                self._options.setdefault(message.question, []).append(message)

    def options(self, question: str) -> list[Message]:
        """Return the options of a question, in their order."""
        return self._options.get(question, [])

    def to_translate(self, language: str) -> list[Message]:
        """Return what a catalogue of a language has to translate."""
        return [message for message in self.messages if message.language != language]

    def command(self, word: str) -> str | None:
        """Return what a word sent alone does: ``stop``, ``start``, a flow's name, or None."""
        command = match_command(word, self._release.words)
        if command in {"stop", "start"}:
            return command
        words = self._release.triggers.words
        trigger = words.get(fold(word)) or words.get(command or "")
        return command if trigger is None else trigger.flow


def read_script(source: Source, folder: str = "flows") -> Script:
    """Read the texts of a folder's flow files; its catalogues are not looked at.

    Raises `FlowFileError` for flow files that are no release.
    """
    flows = {name: content for name, content in source.files.items() if name.endswith(".yaml")}
    alone = Source(flows)
    return script_of(compile_release(alone, folder), *read_files(alone, folder, {}))


def script_of(release: Release, system: SystemFile, files: Sequence[FlowFile]) -> Script:
    """Return the texts of files that are a release."""
    contexts = {original.context for file in files for original in file.originals}
    first = first_screens(release)
    messages = [
        _of_flow(original, file.flow.language, contexts, first)
        for file in files
        for original in sorted(file.originals, key=lambda one: one.line)
    ]
    messages += [_of_system(original, system.language) for original in system.originals]
    return Script(tuple(messages), release)


def _of_flow(
    original: Original, language: str, contexts: AbstractSet[str], first: AbstractSet[str]
) -> Message:
    flow, step, *rest = original.context.split(".")
    kind = rest.pop(0) if rest else "say"
    asked = {OPTION: (MENU,), RETRY: QUESTIONS}.get(kind, ())
    questions = [f"{flow}.{step}.{one}" for one in asked]
    return Message(
        context=original.context,
        source=original.source,
        path=original.path,
        line=original.line,
        language=language,
        kind=kind,
        number=rest[0] if kind == OPTION and rest else "",
        question=next((one for one in questions if one in contexts), ""),
        opening=f"{flow}.{step}" in first and kind != RETRY,
    )


def _of_system(original: Original, language: str) -> Message:
    name = original.context.removeprefix(f"{SYSTEM_NAME}.")
    kind, number, question = _SYSTEM_KINDS.get(name, ("say", "", ""))
    return Message(
        context=original.context,
        source=original.source,
        path=original.path,
        line=original.line,
        language=language,
        kind=kind,
        number=number,
        question=question,
        opening=original.context == _FIRST_WHEN_DIALLED_AGAIN,
    )


def first_screens(release: Release) -> frozenset[str]:
    """Return the steps, as ``flow.step``, whose words may stand on the first screen of a dial."""
    found: set[str] = set()
    for flow in (release.triggers.dial, *release.triggers.codes.values()):
        if flow is not None:
            _walk(release, flow, found, {})
    return frozenset(found)


def _walk(release: Release, flow: str, found: set[str], ends: dict[str, bool]) -> bool:
    """Note the steps of a flow that come before any answer; say whether it may end before one."""
    if flow in ends:
        return ends[flow]
    ends[flow] = flow not in release.flows
    if ends[flow]:
        return True
    ahead: list[str | None] = [release.flows[flow].first]
    seen: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name is None:
            ends[flow] = True
        elif name not in seen:
            seen.add(name)
            found.add(f"{flow}.{name.removesuffix('+')}")
            node = release.flows[flow].nodes[name]
            goes_on = node.call is None or _walk(release, node.call.flow, found, ends)
            if goes_on and not waits(node):
                ahead += [way.to for way in ways(node)]
    return ends[flow]
