"""Certificates made for one test: an authority that a process may be told to trust, and what it vouches for."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Far from any day on which the tests may run: the handshake goes by the machine's own clock.
EARLY, PAST, LATE = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2000, 2001, 2200))


@dataclass(frozen=True)
class Authority:
    """Issues certificates. ``file`` is what SSL_CERT_FILE names for those who trust it."""

    folder: Path
    name: str = "authority"

    def __post_init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        signs = dict.fromkeys(_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
        made = (
            _begun(subject, subject, key, until=LATE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(**signs), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        self._key_file.write_bytes(_pem(key))

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.pem"

    @property
    def _key_file(self) -> Path:
        return self.folder / f"{self.name}.key"

    def issue(self, *hosts: str, until: datetime.datetime = LATE) -> Path:
        """Key and certificate of a server that goes by these names or addresses, in one file."""
        authority = x509.load_pem_x509_certificate(self.file.read_bytes())
        signer = serialization.load_pem_private_key(self._key_file.read_bytes(), password=None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        made = (
            _begun(subject, authority.subject, key, until=until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
            .sign(signer, hashes.SHA256())
        )
        file = self.folder / f"{self.name}-{made.serial_number}.pem"
        file.write_bytes(_pem(key) + made.public_bytes(serialization.Encoding.PEM))
        return file


def presenting(certificate: Path) -> ssl.SSLContext:
    """How a server presents it; ``load_cert_chain`` again on the same context lets it present another."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, until: datetime.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(issuer_name=issuer, subject_name=subject, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(EARLY)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
