"""ZIP archives, with the same bytes for the same files."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_NO_TIME = (1980, 1, 1, 0, 0, 0)


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of files by their paths in it."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files):
            info = ZipInfo(name, _NO_TIME)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, data)
    return stream.getvalue()
