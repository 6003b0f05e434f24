"""Certificates made for a test, by an authority that only the test knows."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Makes certificates; whoever is told of `file` believes them."""

    def __init__(self, directory: Path) -> None:
        self._made = trustme.CA()
        self.directory, self.file = directory, directory / "authority.pem"
        self._made.cert_pem.write_to_path(str(self.file))

    def paper(self, name: str = "127.0.0.1") -> tuple[Path, Path]:
        """The files of a certificate with its chain, and of its key."""
        issued = self._made.issue_cert(name)
        chain, key = self.directory / "chain.pem", self.directory / "key.pem"
        chain.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return chain, key

    def server(self, name: str = "127.0.0.1") -> ssl.SSLContext:
        """For a server of this name."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.paper(name))
        return context

    def client(self) -> ssl.SSLContext:
        """For who believes it."""
        return ssl.create_default_context(cafile=self.file)
