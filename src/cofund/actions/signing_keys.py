"""The key by which this site signs audit files: made once, kept in its home folder, readable by its owner alone."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

NAME: Final = "audit-file.pem"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key of this site; only what it signs and its public half leave here."""

    private: Ed25519PrivateKey

    @property
    def public_pem(self) -> bytes:
        """The public key in PEM, as it is published."""
        return pem_of(self.private.public_key())

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the public key: SHA-256 over its DER form, hexadecimal."""
        return fingerprint_of(self.private.public_key())

    def sign(self, content: bytes) -> bytes:
        """Give the Ed25519 signature of a content: 64 bytes."""
        return self.private.sign(content)


def own() -> SigningKey:
    """Give the key of this site, made where there is none yet."""
    path = _path()
    if not path.exists():
        _make(path)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    return SigningKey(private)


def exists() -> bool:
    """Tell whether this site has a key: before it signed anything it need not have one."""
    return _path().exists()


def pem_of(key: Ed25519PublicKey) -> bytes:
    """A public key in PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """The fingerprint of a public key: SHA-256 over its DER form, hexadecimal."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _path() -> Path:
    """Where the key lies."""
    return Path(settings.COFUND_HOME) / "keys" / NAME


def _make(path: Path) -> None:
    """Make a key; where two do so at once, the first one's holds."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        # A link, unlike a move, never replaces a key that is there already.
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()
