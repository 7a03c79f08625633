"""The audit: what is in it stays as it is, and whoever changes it is found out."""

import pytest

from gateway.core.staff.acts import WORDS, Act
from gateway.store.database import DRIVER_ERRORS, SQLITE
from tests.service.staffroom import StaffRoom


def filled(room: StaffRoom, count: int = 5) -> None:
    with room.database.write() as tx:
        for number in range(count):
            room.audit.record(
                tx,
                None,
                Act.NUMBER_UNMASKED,
                f"participant:{number}",
                reason=f"Because {number}",
                detail={"number": number},
            )


def tamper(room: StaffRoom, *statements: str) -> None:
    """Change the audit as somebody does who has the file, but not the key."""
    with room.database.write_schema() as connection:
        if room.database.dialect == SQLITE:
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_no_change ON audit")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_empty_audit_and_a_full_one_hold(room: StaffRoom):
    assert room.audit.verify() == (0, None)
    filled(room)
    assert room.audit.verify() == (5, None)


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        pytest.param(["UPDATE audit SET act = 'exported' WHERE seq = 2"], 2, "changed", id="act"),
        pytest.param(["UPDATE audit SET at = at + 1 WHERE seq = 3"], 3, "changed", id="time"),
        pytest.param(["UPDATE audit SET staff = 7 WHERE seq = 1"], 1, "changed", id="who"),
        pytest.param(["UPDATE audit SET subject = '' WHERE seq = 5"], 5, "changed", id="subject"),
        pytest.param(["UPDATE audit SET detail = '{}' WHERE seq = 4"], 4, "changed", id="detail"),
        pytest.param(
            ["UPDATE audit SET reason_sealed = NULL WHERE seq = 4"], 4, "changed", id="reason"
        ),
        pytest.param(
            [
                "UPDATE audit SET seq = 99 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 99",
            ],
            2,
            "changed",
            id="two in the other order",
        ),
        pytest.param(["DELETE FROM audit WHERE seq = 3"], 3, "missing here", id="one gone"),
        pytest.param(["DELETE FROM audit WHERE seq = 1"], 1, "missing here", id="first gone"),
        pytest.param(["DELETE FROM audit WHERE seq > 3"], 4, "at the end", id="end gone"),
        pytest.param(["DELETE FROM audit"], 1, "at the end", id="all gone"),
    ],
)
def test_a_change_by_another_hand_is_found(room: StaffRoom, statements, seq: int, why: str):
    filled(room)
    tamper(room, *statements)
    count, broken = room.audit.verify()
    assert broken is not None
    assert (broken.seq, count) == (seq, seq - 1)
    assert why in broken.why


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET act = 'exported' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET act = act",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(room: StaffRoom, statement):
    filled(room)
    with pytest.raises(DRIVER_ERRORS), room.database.write() as tx:
        tx.connection.exec_driver_sql(statement)
    assert room.audit.verify() == (5, None)


def test_postgresql_refuses_to_empty_the_table_too(room: StaffRoom):
    if room.database.dialect == SQLITE:
        pytest.skip("SQLite has no TRUNCATE")
    filled(room)
    with pytest.raises(DRIVER_ERRORS), room.database.write() as tx:
        tx.connection.exec_driver_sql("TRUNCATE audit")
    assert room.audit.verify() == (5, None)


def test_an_end_cut_off_together_with_its_head_is_found_by_an_earlier_seal(room: StaffRoom):
    filled(room)
    before, empty = room.audit.seal(), "0-" + "0" * 32
    filled(room)
    assert room.audit.held(before)
    assert room.audit.held(room.audit.seal())
    assert room.audit.held(empty)
    tamper(
        room,
        "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit WHERE seq = 3)",
        "DELETE FROM audit WHERE seq > 3",
    )
    assert room.audit.verify() == (3, None)
    assert not room.audit.held(before)
    filled(room)
    assert not room.audit.held(before)


@pytest.mark.parametrize("seal", ["", "x", "-", "2", "99-00", "-1-00", "²-00"])
def test_what_is_no_seal_holds_nothing(room: StaffRoom, seal: str):
    filled(room)
    assert not room.audit.held(seal)


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(room: StaffRoom):
    filled(room, 1)
    with pytest.raises(DRIVER_ERRORS):
        _break_after_recording(room)
    filled(room, 1)
    assert room.audit.verify() == (2, None)


def _break_after_recording(room: StaffRoom) -> None:
    with room.database.write() as tx:
        room.audit.record(tx, None, Act.EXPORTED)
        tx.connection.exec_driver_sql("SELECT no_such_column FROM audit")


def test_pages_go_back_from_the_newest_and_narrow_by_act_and_person(room: StaffRoom):
    number = room.add("amina")
    filled(room, 3)
    with room.database.write() as tx:
        room.audit.record(tx, number, Act.EXPORTED, "export:1")
    newest = room.audit.page(None, 2)
    assert [one.act for one in newest] == ["exported", "number_unmasked"]
    assert [one.name for one in newest] == ["Amina", ""]
    assert newest[1].reason == "Because 2"
    older = room.audit.page(newest[-1].seq, 2)
    assert [one.detail for one in older] == [{"number": 1}, {"number": 0}]
    assert [one.act for one in room.audit.page(None, 9, staff=number)] == ["exported"]
    assert len(room.audit.page(None, 9, "number_unmasked")) == 3
    assert room.audit.page(None, 9, "number_unmasked", number) == []


def test_every_act_has_words():
    assert set(WORDS) == set(Act)
    assert all(WORDS.values())
