"""A desk for tests of exports: one over a database, with a worker that turns when it is told to."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.core.staff.roles import Grant, Role, Viewer
from gateway.service.audit import Audit
from gateway.service.export import Source
from gateway.service.export_worker import ExportWorker
from gateway.service.exporting import Exports
from gateway.store import export_jobs
from tests.service.staffroom import StaffRoom


class Desk:
    """Exports over one database. `amina` asks, and `bupe` lets numbers out."""

    def __init__(self, room: StaffRoom, source: Source, folder: Path) -> None:
        self.room = room
        self.folder = folder / "sealed"
        self.written = folder / "written"
        self.database = source.database
        self.audit = Audit(source.database, source.vault)
        self.exports = Exports(source, self.audit, folder=self.folder, keep_days=7, offered=True)
        self.new_worker: Callable[[], ExportWorker] = lambda: ExportWorker(
            source,
            self.audit,
            ZoneInfo("Africa/Lusaka"),
            folder=self.folder,
            written_folder=self.written,
        )
        self.worker = self.new_worker()
        self.coordinator: Viewer = self.viewer("amina", Grant(Role.COORDINATOR))
        self.approver: Viewer = self.viewer("bupe", Grant(Role.APPROVER))

    def viewer(self, name: str, *grants: Grant) -> Viewer:
        """Make an account and sign in to it."""
        self.room.add(name, *grants)
        return self.room.viewer(name)

    def files(self) -> list[str]:
        """Return what lies in the folder of prepared files."""
        return sorted(path.name for path in self.folder.glob("*"))

    def job(self, number: int) -> tuple[str, str | None]:
        """Return how an export stands, and why."""
        with self.database.read() as view:
            job = export_jobs.by_id(view, number)
        assert job is not None
        return job.status, job.error

    def state(self, number: int) -> str:
        """Return how an export stands."""
        return self.job(number)[0]
