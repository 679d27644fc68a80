"""An archive on its way in: read while it arrives, so that neither memory nor disk holds it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from scoring.archives import SIEVE, ArchiveRefused, Folder
from scoring.archives.pipes import Pipe
from scoring.services import archiving

FIELD: Final = "archive"
GIGABYTE: Final = 1024**3
# A place is given back this long after its web worker has died.
PLACE_SECONDS: Final = 60
BEAT_SECONDS: Final = 10


class NoPlace(ArchiveRefused):
    """As many uploads as this site takes at once are under way."""


class ArchiveUpload(FileUploadHandler):
    """Hands the file to the sieve in small chunks. Use it as a context: it tidies up after itself.

    The folder of what was kept goes with it, unless `adopted` is set.
    """

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self._request = request
        self.adopted = False
        self.name, self.size = "", 0
        self._folder: Path | None = None
        self._pipe: Pipe | None = None
        self._place = Place(self._say_alive)

    def __enter__(self) -> ArchiveUpload:
        self._place.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pipe:
            self._pipe.break_off()
        if self._folder and not self.adopted:
            archiving.discard(self._folder)
        self._place.leave()

    def kept(self) -> Folder:
        """What was kept of it. Raises ArchiveRefused."""
        self._request.POST.keys()  # reads the body, unless the check of the form has done so
        if self._pipe is None:
            raise ArchiveRefused(_("Please choose the file of your archive first."))
        return self._pipe.result()

    # --- what Django calls ---------------------------------------------------------------

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name != FIELD or self._pipe:
            raise SkipFile
        super().new_file(field_name, file_name, *args, **kwargs)
        folder = self._folder = archiving.new_folder()
        self.name = file_name
        self._pipe = Pipe(lambda chunks: SIEVE.keep(chunks, folder))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._pipe is not None
        self._pipe.push(raw_data)

    def file_complete(self, file_size: int) -> None:
        self.size = file_size

    def _say_alive(self) -> None:
        """Else the folder of a long upload would be taken for an orphan."""
        if self._folder:
            with suppress(OSError):  # just tidied away
                os.utime(self._folder)


def is_too_large(request: HttpRequest) -> bool:
    """By what the browser says before it sends anything."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return not said.isdigit() or int(said) > settings.ARCHIVES_GIGABYTES * GIGABYTE


class Place:
    """One of the few that uploads have, so that they never hold all of the site's threads.

    A thread keeps it for as long as the request is there, a stalled one too; when the web worker
    dies, it is free again by itself.
    """

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._key = ""
        self._over = threading.Event()

    def take(self) -> None:
        """Raises NoPlace."""
        keys = (f"archive-upload:{number}" for number in range(settings.ARCHIVES_AT_ONCE))
        self._key = next((key for key in keys if cache.add(key, 1, timeout=PLACE_SECONDS)), "")
        if not self._key:
            raise NoPlace(
                _("Somebody else's archive is coming in just now. Try again in a few minutes.")
            )
        threading.Thread(target=self._keep, daemon=True).start()

    def leave(self) -> None:
        self._over.set()
        cache.delete(self._key)

    def _keep(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            cache.set(self._key, 1, timeout=PLACE_SECONDS)
            self._beat()
