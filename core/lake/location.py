"""Where an organization's tables are: a folder or an object store, the organization outermost.

An address is made from a tenant scope and nothing else, so no caller can name the tables of
another organization.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import orjson
from pyarrow import fs

from core.config import Settings
from core.domain.scope import TenantScope
from core.errors import Defect, OurConfig

_ORGANIZATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class LakeRoot:
    """The folder or object-store address under which every organization has its own folder.

    `options` are the object store's, by the names that deltalake gives them
    (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_CONDITIONAL_PUT` ...).
    """

    url: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the root that LAKE_URL and LAKE_STORAGE_OPTIONS name. Raises OurConfig."""
        text = settings.lake_storage_options.get_secret_value() or "{}"
        try:
            options = orjson.loads(text)
        except orjson.JSONDecodeError:
            options = None
        if not isinstance(options, dict):
            raise OurConfig("LAKE_STORAGE_OPTIONS must be a JSON object of names and values.")
        return cls(settings.lake, {str(name): str(value) for name, value in options.items()})

    @property
    def is_folder(self) -> bool:
        """Return whether the lake is a folder of this machine."""
        return "://" not in self.url

    def address(self, scope: TenantScope, table: str) -> str:
        """Return the address of one table of the scope's organization."""
        return f"{self._organization(scope)}/{table}"

    def require_usable(self) -> None:
        """Write and remove a small file. Raises OurConfig when that cannot be done."""
        probe = f".flightdeck-{uuid.uuid4().hex}"
        try:
            if self.is_folder:
                Path(self.url).mkdir(parents=True, exist_ok=True)
                (Path(self.url) / probe).write_bytes(b"")
                (Path(self.url) / probe).unlink()
            else:
                store = self.object_store(self.url.rstrip("/"))
                with store.open_output_stream(probe) as file:
                    file.write(b".")
                store.delete_file(probe)
        except OSError as error:
            raise OurConfig(f"LAKE_URL ({self.url}) cannot be written to: {error}") from None

    def require_readable(self) -> None:
        """Look into an object store; one that holds nothing yet is fine, and so is any folder.

        Raises OurConfig when it does not answer, does not let us in, or has no such bucket.
        """
        if self.is_folder:
            return
        try:
            self.object_store(self.url.rstrip("/")).get_file_info(fs.FileSelector(""))
        except FileNotFoundError:
            return
        except OSError as error:
            raise OurConfig(f"LAKE_URL ({self.url}) cannot be read: {error}") from None

    def drop(self, scope: TenantScope) -> None:
        """Delete every table of the scope's organization; nothing to delete is fine."""
        address = self._organization(scope)
        if self.is_folder:
            shutil.rmtree(address, ignore_errors=True)
            return
        store = self.object_store(address)
        store.delete_dir_contents("", missing_dir_ok=True, accept_root_dir=True)

    def object_store(self, address: str) -> fs.FileSystem:
        """Return the object store as a file system whose root is `address`.

        Raises OurConfig when the address is of a kind that is not supported.
        """
        parts = urlsplit(address)
        if parts.scheme == "s3":
            return fs.SubTreeFileSystem(parts.netloc + parts.path, self._s3())
        if parts.scheme == "file":
            return fs.SubTreeFileSystem(parts.path, fs.LocalFileSystem())
        raise OurConfig(f"LAKE_URL begins with {parts.scheme}://; a folder or s3:// is supported.")

    def _s3(self) -> fs.S3FileSystem:
        endpoint = self.options.get("AWS_ENDPOINT_URL")
        return fs.S3FileSystem(
            access_key=self.options.get("AWS_ACCESS_KEY_ID"),
            secret_key=self.options.get("AWS_SECRET_ACCESS_KEY"),
            session_token=self.options.get("AWS_SESSION_TOKEN"),
            region=self.options.get("AWS_REGION"),
            scheme=urlsplit(endpoint).scheme if endpoint else "https",
            endpoint_override=endpoint,
        )

    def _organization(self, scope: TenantScope) -> str:
        if not _ORGANIZATION.fullmatch(scope.org_id):
            raise Defect(f"{scope.org_id!r} cannot name a folder of the lake")
        return f"{self.url.rstrip('/')}/{scope.org_id}"
