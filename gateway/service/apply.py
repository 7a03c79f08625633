"""Writes what a batch decided, and what campaigns make of it: one statement per table."""

from gateway.service import campaigns
from gateway.service.world import World
from gateway.store import faults, handovers, inbox, journal, notices, outbox, pending, people
from gateway.store.database import Transaction


def write(tx: Transaction, world: World) -> None:
    """Write a batch's rows. The order follows the references between them."""
    campaigns.settle(tx, world)
    with tx.pipelined():
        _write(tx, world)
    # These look something up before they write, so they cannot share the way of the others.
    for channel, reports in world.reports.items():
        outbox.apply_reports(tx, channel, reports)
    faults.count(tx, world.faults)


def _write(tx: Transaction, world: World) -> None:
    people.add_phones(tx, world.new_phones())
    people.set_languages(tx, list(world.languages.items()))
    world.members.save()
    journal.record(tx, world.facts, world.salts)
    handovers.add(tx, world.handovers)
    handovers.note_heard(tx, world.attended)
    notices.add(tx, world.notices)
    for changes in (world.timers, world.webhooks, world.passages):
        changes.write(tx)
    people.save_conversations(tx, world.moved_threads())
    if world.arrived:
        outbox.keep_incoming(tx, world.arrived)
    if world.leaving:
        outbox.enqueue(tx, world.leaving)
    if world.seen:
        pending.mark_read(tx, world.seen)
    inbox.keep(tx, list(world.entries.values()))
