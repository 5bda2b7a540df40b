"""Over https the server proves who it is before it is told anything."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dimorder.hub.client import Client
from dimorder.hub.problem import ApiProblem
from dimorder.hub.token import Token

TOKEN = "ghs_sentinel0123456789"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """One that a server has signed itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "key.pem").write_bytes(secret)
    (tmp_path / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return tmp_path / "certificate.pem"


@pytest.fixture
def heard() -> list[str]:
    """Headers Authorization that the server was told."""
    return []


@pytest.fixture
def address(certificate: Path, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers["Authorization"])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *ignored: object) -> None:
            """Tests print nothing."""

    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # they would say otherwise
        monkeypatch.delenv(name, raising=False)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}/api/v3"
    server.shutdown()
    server.server_close()


def client(address: str) -> Client:
    return Client(address, Token(TOKEN), sleep=lambda seconds: None)


def test_a_server_that_nobody_vouches_for_is_told_nothing(address: str, heard: list[str]) -> None:
    with pytest.raises(ApiProblem, match="certificate verify failed") as told:
        client(address).get("user")
    assert heard == []
    assert TOKEN not in str(told.value)


def test_the_name_must_be_its_own(
    address: str, certificate: Path, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(ApiProblem):
        client(address.replace("localhost", "127.0.0.1")).get("user")
    assert heard == []


def test_an_authority_of_the_systems_is_believed(
    address: str, certificate: Path, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert client(address).get("user") == {}
    assert heard == [f"Bearer {TOKEN}"]
