"""What all tables are made of: one collection, names of constraints, kinds of columns."""

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

# SQLite gives an INTEGER PRIMARY KEY to rows that are found by number; BIGINT would cost an index.
Id = BigInteger().with_variant(Integer(), "sqlite")
Hash = LargeBinary(32)
Key = LargeBinary(16)
Millis = BigInteger()
