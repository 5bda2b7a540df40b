"""GitHub Apps: who they are, where they are installed, what their tokens may."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from github_com.world import Account


@dataclass
class Installation:
    """repositories: ids; None for all of the account."""

    id: int
    account: Account
    permissions: dict[str, str]
    repositories: frozenset[int] | None = None
    suspended: bool = False


@dataclass
class App:
    """key: the private one, PEM, as its owner has it. bot: who writes for it."""

    id: int
    slug: str
    owner: Account
    bot: Account
    key: str = field(repr=False)
    public: str = field(repr=False)
    permissions: dict[str, str] = field(default_factory=dict)
    installations: dict[int, Installation] = field(default_factory=dict)


@cache
def key_pair() -> tuple[str, str]:
    """A private and a public key of RSA, PEM; one for the run, since making one takes a while."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
