"""`gateway audit`: what staff did and saw, and whether that record holds."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.cli.command import fail, opened_store
from gateway.cli.tables import print_json, print_table
from gateway.core.staff.acts import Act
from gateway.service.audit import Audit
from gateway.service.viewers import staff_id

app = typer.Typer(help="What staff did and saw.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command(name="list")
def list_(
    act: Annotated[Act | None, typer.Option(help="Only this kind of entry.")] = None,
    staff: Annotated[
        str | None, typer.Option(metavar="USERNAME", help="Only what this one did.")
    ] = None,
    before: Annotated[int | None, typer.Option(help="Only entries before this number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the last entries, the newest first."""
    with opened_store() as store:
        number = None
        if staff is not None:
            number = staff_id(store.database, store.vault, staff)
            if number is None:
                fail(f"There is no '{staff}'. `gateway staff list` names everybody.")
        audit = Audit(store.database, store.vault)
        found = audit.page(before, limit, None if act is None else str(act), number)
        zone = ZoneInfo(store.settings.movement.timezone)
    if as_json:
        print_json(
            [
                {
                    "seq": one.seq,
                    "at": datetime.fromtimestamp(one.at / 1000, UTC).isoformat(),
                    "name": one.name or None,
                    "act": one.act,
                    "subject": one.subject or None,
                    "detail": one.detail,
                    "reason": one.reason or None,
                }
                for one in found
            ]
        )
        return
    print_table(
        ("entry", "when", "who", "did", "to", "more", "reason"),
        [
            (
                one.seq,
                f"{datetime.fromtimestamp(one.at / 1000, zone):%Y-%m-%d %H:%M:%S}",
                one.name or "-",
                one.act,
                one.subject,
                ", ".join(f"{key} {value}" for key, value in one.detail.items() if value != ""),
                one.reason,
            )
            for one in found
        ],
    )


@app.command()
def verify(
    as_json: AsJson = False,
    seal: Annotated[
        str | None, typer.Option(help="What an earlier check printed: prove that it still holds.")
    ] = None,
) -> None:
    """Check that no entry was changed, removed or added by another hand."""
    with opened_store() as store:
        audit = Audit(store.database, store.vault)
        count, broken = audit.verify()
        known = seal is None or audit.held(seal)
        end = audit.seal()
    if as_json:
        trouble = None if broken is None else {"seq": broken.seq, "why": broken.why}
        print_json({"entries": count, "broken": trouble, "seal": end, "earlier_seal_holds": known})
    if broken is not None:
        fail(f"The audit does not hold (entry {broken.seq}: {broken.why}). Keep this file.")
    if not known:
        fail(
            "The audit is not the one that this seal was of: its end was cut off and written anew."
        )
    if not as_json:
        typer.echo(f"{count} entries, and the chain holds. Seal: {end}")
