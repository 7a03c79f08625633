"""`gateway flows messages`: texts to translators and back, over gettext catalogues."""

from typing import Annotated

import typer

from gateway.cli.command import COULD_NOT, WRONG_USAGE, fail
from gateway.cli.flows.findings import Format, FormatOption, report
from gateway.cli.flows.folder import Directory, Folder, opened_folder
from gateway.config.sections import is_language
from gateway.flowfiles.findings import Finding
from gateway.flowfiles.messages import catalogues
from gateway.flowfiles.messages.languages import FEIGNED, PSEUDO
from gateway.flowfiles.messages.pseudo import pseudo as feigned
from gateway.flowfiles.messages.room import Limits
from gateway.flowfiles.messages.script import Script, read_script
from gateway.flowfiles.po_files import read_po_file, write_po_file

app = typer.Typer(help="Translations: gettext catalogues of the flows.", no_args_is_help=True)

Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; end with 1 where something would change.")
]


@app.command()
def extract(directory: Directory = None, check: Check = False) -> None:
    """Write the template of all texts, messages.pot, with comments for translators."""
    with opened_folder(directory) as folder:
        script = read_script(folder.source, folder.title)
        _write(folder, {catalogues.TEMPLATE: catalogues.extracted(script, _limits(folder))}, check)
        typer.echo(f"{len(script.messages)} texts.")


@app.command()
def update(
    directory: Directory = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="A language to begin a catalogue for, such as fr.", metavar="CODE"),
    ] = None,
    check: Check = False,
) -> None:
    """Bring the template and every catalogue up to the flows; no translation is lost."""
    new = [_code(one) for one in language or ()]
    with opened_folder(directory) as folder:
        script, limits = read_script(folder.source, folder.title), _limits(folder)
        made = catalogues.updated(script, folder.source, folder.name, limits, new)
        files = {catalogues.TEMPLATE: catalogues.extracted(script, limits)}
        _write(folder, files | {one.name: one.content for one in made}, check)
        for one in made:
            waiting = f"{one.missing} to translate, {one.fuzzy} fuzzy"
            typer.echo(f"{one.language}: {one.texts} texts, {waiting}.")


@app.command()
def compile(  # noqa: A001 - what gettext calls it
    directory: Directory = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="Check this catalogue only; may be repeated.", metavar="CODE"),
    ] = None,
    incomplete: Annotated[
        bool,
        typer.Option("--incomplete", help="Missing and fuzzy texts are warnings, not errors."),
    ] = False,
    mo: Annotated[
        bool, typer.Option("--mo", help="Write a .mo beside each catalogue, for other programs.")
    ] = False,
    how: FormatOption = Format.TEXT,
) -> None:
    """Check every translation: present, the same values, within its screens and SMS."""
    with opened_folder(directory) as folder:
        languages = [_present(folder, one) for one in language or ()]
        script = read_script(folder.source, folder.name)
        found = catalogues.checked(
            script, folder.source, folder.name, _limits(folder), languages, incomplete=incomplete
        )
        found += _fallbacks(folder, script)
        if mo:
            _write_mo(folder)
        report(found, how, done="Every translation is in order.")


@app.command()
def pseudo(
    directory: Directory = None,
    language: Annotated[
        str, typer.Option(help="The code that stands for no language.", metavar="CODE")
    ] = PSEUDO,
    ucs2: Annotated[
        bool, typer.Option("--ucs2", help="In letters that cost a screen half its room.")
    ] = False,
) -> None:
    """Write a catalogue in a feigned language: accented, longer, for tests only."""
    code = _code(language)
    with opened_folder(directory) as folder:
        name = catalogues.catalogue_name(code)
        before = folder.source.files.get(name)
        if before is not None and FEIGNED not in read_po_file(name, before).headers:
            fail(f"{folder.name}/{name} is a real catalogue. Name another --language.", WRONG_USAGE)
        file = feigned(read_script(folder.source, folder.title), code, _limits(folder), ucs2=ucs2)
        _write(folder, {name: write_po_file(file)})


def _limits(folder: Folder) -> Limits:
    ussd = folder.settings.ussd
    return Limits(ussd.limit, ussd.first_limit)


def _fallbacks(folder: Folder, script: Script) -> list[Finding]:
    """Return a warning for each language that is to serve for others and has no texts."""
    settings = folder.settings
    path = str(settings.config_directory / "gateway.toml")
    unknown = catalogues.unknown_fallbacks(settings.flows.fallbacks, script, folder.source)
    return [
        Finding(
            "warning", "fallback", path, 1, f"[flows] fallbacks names {code}, which has no texts",
            "It serves nobody", f"Begin it with `gateway flows messages update --language {code}`",
            code,
        )
        for code in unknown
    ]  # fmt: skip


def _write(folder: Folder, files: dict[str, bytes], check: bool = False) -> None:
    """Write the files that are not what they should be, or refuse them where only asked."""
    changed = []
    for name, content in files.items():
        path = folder.path / name
        if not path.exists() or path.read_bytes() != content:
            changed.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    for name in changed:
        typer.echo(f"{'would write' if check else 'wrote'} {folder.name}/{name}")
    if check and changed:
        fail("Run it without --check, and commit what it writes.", COULD_NOT)


def _write_mo(folder: Folder) -> None:
    for name, content in folder.source.files.items():
        if name.endswith(".po"):
            path = (folder.path / name).with_suffix(".mo")
            path.write_bytes(catalogues.machine_object(content, name))


def _code(language: str) -> str:
    if not is_language(language):
        fail(f"--language {language} is no code. Write two or three letters: fr.", WRONG_USAGE)
    return language


def _present(folder: Folder, language: str) -> str:
    if catalogues.catalogue_name(language) not in folder.source.files:
        fail(
            f"There is no catalogue for {language}. Begin it with"
            f" `gateway flows messages update --language {language}`.",
            WRONG_USAGE,
        )
    return language
