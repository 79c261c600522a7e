"""A certificate authority of the tests' own: it signs certificates for servers on loopback."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY: Final = dt.timedelta(days=1)
_KEY_USES: Final = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
    "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def _may(*uses: str) -> x509.KeyUsage:
    """What a key may be used for."""
    return x509.KeyUsage(**{each: each in uses for each in _KEY_USES})


class Authority:
    """An authority: its certificate lies in `path`, for whoever is to trust it."""

    def __init__(self, folder: Path, name: str = "Authority of the tests") -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        made = self._begun(self.name, self.key.public_key(), now - 30 * _DAY, now + 30 * _DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        made = made.add_extension(_may("key_cert_sign", "crl_sign"), critical=True)
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def server(self, name: str, *, days: tuple[int, int] = (-1, 1)) -> ssl.SSLContext:
        """What a server shows and proves: a certificate for a name, valid from and until so many days from now."""
        key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._begun(subject, key.public_key(), now + days[0] * _DAY, now + days[1] * _DAY)
        for extension in (
            x509.BasicConstraints(ca=False, path_length=None), _may("digital_signature"),
            x509.SubjectAlternativeName([x509.DNSName(name)]), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
        ):  # fmt: skip
            made = made.add_extension(extension, critical=False)
        path = self.folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _begun(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, since: dt.datetime, until: dt.datetime
    ) -> x509.CertificateBuilder:
        """A certificate by this authority, without what tells its use."""
        made = x509.CertificateBuilder(self.name, subject, key, x509.random_serial_number(), since, until)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return made.add_extension(by, critical=False)
