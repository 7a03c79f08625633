"""The migrations from 13.0 to 13.6.1, each as the flow specification's history describes it."""

from typing import Any, Final

from gateway.flowfiles.rapidpro.migrations.documents import JsonObject
from gateway.flowfiles.rapidpro.migrations.rewriting import names, rewrite_templates
from gateway.flowfiles.rapidpro.migrations.spec import (
    Step,
    actions,
    forget,
    objects,
    result_key,
    routers,
    translate,
    translated,
    translations,
)
from gateway.flowfiles.rapidpro.migrations.surroundings import Ids
from gateway.flowfiles.rapidpro.migrations.versions import Version

LONGEST_RESULT: Final = 64
LONGEST_CATEGORY: Final = 36


def to_13_1(flow: JsonObject, ids: Ids) -> None:
    """Templates of WhatsApp messages get a uuid, so that they can be translated."""
    for action, templating in _templatings(flow):
        templating["uuid"] = ids(f"templating of {action.get('uuid')}")


def to_13_2(flow: JsonObject, ids: Ids) -> None:
    """A flow whose language is not known is ``und``, as in ISO 639-3, and no longer ``base``."""
    del ids
    language = flow.get("language")
    if not isinstance(language, str) or len(language) != 3:
        flow["language"] = "und"
        localization = flow.get("localization")
        if isinstance(localization, dict):
            localization.pop("und", None)


def to_13_3(flow: JsonObject, ids: Ids) -> None:
    """``webhook`` was what a webhook answered; now that is ``webhook.json``."""
    del ids

    def rename(words: list[str]) -> list[str]:
        for index in names(words, "webhook"):
            words[index] = "webhook.json"
        return words

    rewrite_templates(flow, "webhook", rename)


def to_13_4(flow: JsonObject, ids: Ids) -> None:
    """The variables of WhatsApp templates become the parameters of a component, the body."""
    for action, templating in _templatings(flow):
        uuid = templating.pop("uuid", None)
        variables = templating.pop("variables", None)
        body = ids(f"templating body of {action.get('uuid')}")
        params = variables if isinstance(variables, list) else []
        templating["components"] = [{"uuid": body, "name": "body", "params": params}]
        for _, items in translations(flow):
            texts = translated(items, uuid, "variables")
            if texts is not None:
                forget(items, uuid, "variables")
                translate(items, body, "params", texts)


def to_13_5(flow: JsonObject, ids: Ids) -> None:
    """The parameters of all components of WhatsApp templates become one list of the action."""
    del ids
    for action, templating in list(_templatings(flow)):
        components = list(objects(templating, "components"))
        parameters = [_list(component.get("params")) for component in components]
        for _, items in translations(flow):
            found = [translated(items, component.get("uuid"), "params") for component in components]
            for component in components:
                forget(items, component.get("uuid"), "params")
            if any(texts is not None for texts in found):
                merged = [
                    text
                    for texts, own in zip(found, parameters, strict=True)
                    for text in (own if texts is None else texts)
                ]
                translate(items, action.get("uuid"), "template_variables", merged)
        action["template"] = templating.get("template")
        action["template_variables"] = [text for own in parameters for text in own]
        del action["templating"]


def to_13_6(flow: JsonObject, ids: Ids) -> None:
    """Names of results are cut to 64 characters, those of categories to 36."""
    del ids
    for action in actions(flow, "set_run_result"):
        _cut(action, "name", LONGEST_RESULT)
        _cut(action, "category", LONGEST_CATEGORY)
    for router in routers(flow):
        _cut(router, "result_name", LONGEST_RESULT)
        for category in objects(router, "categories"):
            _cut(category, "name", LONGEST_CATEGORY)


def to_13_6_1(flow: JsonObject, ids: Ids) -> None:
    """Expressions name results as they were cut."""
    del ids
    given = [action.get("name") for action in actions(flow, "set_run_result")]
    given += [router.get("result_name") for router in routers(flow)]
    keys = {result_key(name) for name in given if isinstance(name, str)}

    def cut(words: list[str]) -> list[str]:
        for index in names(words, "results"):
            if words[index + 1 : index + 2] == ["."] and len(words) > index + 2:
                words[index + 2] = _cut_key(words[index + 2], keys)
        return words

    rewrite_templates(flow, "results", cut)


def _templatings(flow: JsonObject) -> list[tuple[JsonObject, JsonObject]]:
    return [
        (action, action["templating"])
        for action in actions(flow, "send_msg")
        if isinstance(action.get("templating"), dict)
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _cut(holder: JsonObject, key: str, longest: int) -> None:
    name = holder.get(key)
    if isinstance(name, str) and len(name) > longest:
        holder[key] = name[:longest].strip()


def _cut_key(key: str, keys: set[str]) -> str:
    """Return a key as it was cut, without the underscore that a space at the cut left."""
    cut = key[:LONGEST_RESULT]
    trimmed = cut.rstrip("_")
    return trimmed if cut.lower() not in keys and trimmed.lower() in keys else cut


STEPS: Final[tuple[tuple[Version, Step], ...]] = (
    (Version(13, 1), to_13_1),
    (Version(13, 2), to_13_2),
    (Version(13, 3), to_13_3),
    (Version(13, 4), to_13_4),
    (Version(13, 5), to_13_5),
    (Version(13, 6), to_13_6),
    (Version(13, 6, 1), to_13_6_1),
)
