"""Whether the parts of a definition fit together: everything that is pointed at is there, once."""

from collections.abc import Iterable

from gateway.flowfiles.rapidpro.migrations.documents import Part
from gateway.flowfiles.rapidpro.migrations.shapes import check_action

_AGAIN = "Export the flow once more, or open and save it in its editor first"


def check_structure(flow: Part) -> None:
    """Raise `Unmigratable` for the first thing in a definition that is missing or does not fit.

    Every node has a uuid of its own and an exit, every exit leads to a node or ends the flow, every
    category has an exit, every case a category; a router's default and time-out are categories;
    actions hold what those of their type hold.
    """
    for key in ("uuid", "name", "type", "language", "spec_version"):
        flow.need(key).words()
    flow.whole("expire_after_minutes")
    flow.whole("revision")
    nodes = flow.each("nodes")
    known = _once(node.need("uuid") for node in nodes)
    for node in nodes:
        exits = node.each("exits")
        if not exits:
            raise node.wrong("this node has no exit", _AGAIN)
        exit_uuids = _once(way.need("uuid") for way in exits)
        for way in exits:
            _among(way.get("destination_uuid"), known, "node")
        for action in node.each("actions"):
            action.need("uuid").words()
            check_action(action)
        router = node.get("router")
        if router is not None:
            _check_router(router, exit_uuids)
    _check_localization(flow)


def _check_router(router: Part, exits: frozenset[str]) -> None:
    router.need("type").words()
    categories = router.each("categories")
    for category in categories:
        category.need("name").words()
        _among(category.need("exit_uuid"), exits, "exit of its node")
    known = _once(category.need("uuid") for category in categories)
    if not known:
        raise router.wrong("this router has no categories", _AGAIN)
    for case in router.each("cases"):
        case.need("uuid").words()
        case.need("type").words()
        for argument in case.each("arguments"):
            argument.words()
        _among(case.need("category_uuid"), known, "category of its router")
    default = router.get("default_category_uuid")
    if default is not None and default.value != "":
        _among(default, known, "category of its router")
    router.text("operand")
    router.text("result_name")
    wait = router.get("wait")
    if wait is not None:
        wait.need("type").words()
        timeout = wait.get("timeout")
        if timeout is not None:
            timeout.need("seconds")
            timeout.whole("seconds")
            _among(timeout.need("category_uuid"), known, "category of its router")


def _check_localization(flow: Part) -> None:
    """Translations are lists of texts, by language, item and property; editors add ``_ui``."""
    localization = flow.get("localization")
    if localization is None:
        return
    for language in localization.fields():
        items = localization.child(language)
        for uuid in items.fields():
            item = items.child(uuid)
            for name in item.fields():
                if not name.startswith("_"):
                    for text in item.each(name):
                        text.words()


def _once(uuids: Iterable[Part]) -> frozenset[str]:
    """Return the uuids, each of which may be there once only."""
    seen: set[str] = set()
    for part in uuids:
        uuid = part.words()
        if uuid in seen:
            raise part.wrong(f"the uuid {uuid} is there twice", _AGAIN)
        seen.add(uuid)
    return frozenset(seen)


def _among(part: Part | None, known: frozenset[str], what: str) -> None:
    if part is not None and part.words() not in known:
        raise part.wrong(f"{part.words()} is no {what}", _AGAIN)
