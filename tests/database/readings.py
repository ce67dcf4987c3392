"""Disclosures and their readings are kept by the database itself: a test that wants none says how far it erases."""

from shared.database.transactions import PooledDatabase


def empty(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        tx.execute("SET @erase_until = '9999-12-31'")
        tx.execute("DELETE FROM disclosure_readings")
        tx.execute("DELETE FROM disclosures")
        tx.execute("SET @erase_until = NULL")
