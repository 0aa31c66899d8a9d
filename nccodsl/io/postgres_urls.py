"""What names a PostgreSQL database, for those who must know it before the driver is there."""

from __future__ import annotations

DRIVER_ADVICE = "run `pip install 'nccodsl[postgres]'`"
"""What to do where `need_driver` raises DriverMissing."""
_SCHEMES = ("postgresql://", "postgres://")


class DriverMissing(Exception):
    """The package psycopg, or the library that it needs, is not installed."""


def is_postgres_url(text: str) -> bool:
    """Whether a text is meant to name a PostgreSQL database; it may still not be a valid URL."""
    return text.startswith(_SCHEMES)


def need_driver() -> None:
    """Raise DriverMissing where nothing can speak to PostgreSQL; import nccodsl.io.postgres only afterwards."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise DriverMissing("PostgreSQL needs the package psycopg") from None
