"""Certificates for TLS, made by openssl."""

import ssl
import subprocess

import pytest

# For tests whose service is there twice, with HTTP and with HTTPS.
plain_and_tls = pytest.mark.parametrize("authority", ["plain", "tls"], indirect=True)


class Authority:
    """A certificate authority in `directory`, with certificates of servers and clients on demand."""

    def __init__(self, directory, name="ca"):
        self.directory = directory
        self.certificate = directory / f"{name}.crt"
        self.key = directory / f"{name}.key"
        _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key)
        _openssl("req", "-x509", "-new", "-key", self.key, "-days", "30", "-subj", f"/CN={name}", "-out", self.certificate)

    def issue(self, name, names="DNS:localhost,IP:127.0.0.1", days=30):
        """Writes `name.key` and `name.crt`, each in one step."""
        key, request, certificate = (self.directory / f"{name}.{end}" for end in ("key.new", "csr", "crt.new"))
        _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        key.chmod(0o600)
        _openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
        extensions = self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                 "-days", str(days), "-extfile", extensions, "-out", certificate)
        for path in (key, certificate):
            path.rename(path.with_suffix(""))
        return self.directory / f"{name}.crt", self.directory / f"{name}.key"

    def context(self):
        """How a client that believes this authority alone speaks TLS."""
        return ssl.create_default_context(cafile=str(self.certificate))


def scrape_lines(authority):
    """What a Prometheus needs for a target with a certificate of `authority`; nothing for plain HTTP."""
    return ["scheme: https", f"tls_config: {{ca_file: {authority.certificate}}}"] if authority else []


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)
