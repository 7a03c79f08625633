"""Brings the tables to this version's shape, and tells whether they are. Migrations do the work."""

from pathlib import Path
from tempfile import TemporaryDirectory

import alembic.command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.store.database import Database, DatabaseError

FOLDER = "migrations"


def upgrade(database: Database) -> None:
    """Apply every migration that the database lacks, all or none of them."""
    config = _config()
    with database.write_schema() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")


def check(database: Database) -> None:
    """Raise `DatabaseError` unless the tables have the shape that this version needs."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with database.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        raise DatabaseError("The database has no tables yet. Run `gateway db upgrade` first.")
    if current != newest:
        raise DatabaseError(
            f"The database is at version {current} and this program needs {newest}. "
            "Run `gateway db upgrade`, or install the newer program if the database is ahead."
        )


def write_migration(why: str) -> None:
    """Write the difference between the tables and the migrations as a new migration file."""
    config = _config()
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        upgrade(database)
        with database.write_schema() as connection:
            config.attributes["connection"] = connection
            alembic.command.revision(config, message=why, autogenerate=True)
        database.close()


def _config() -> Config:
    """Return Alembic's settings. Migrations lie beside the package, or in the working directory."""
    for folder in (Path(FOLDER), Path(__file__).parents[2] / FOLDER):
        if (folder / "env.py").is_file():
            config = Config()
            config.set_main_option("script_location", str(folder.resolve()).replace("%", "%%"))
            return config
    raise DatabaseError(
        f"The folder '{FOLDER}' is missing. Run the command from the folder that has it."
    )
