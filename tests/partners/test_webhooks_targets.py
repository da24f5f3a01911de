"""Where webhooks may lead: no address of the portal's own network, whatever it is written as or resolves to."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ValidationError

from partners.models import Webhook
from partners.states import AttemptError
from partners.webhooks import post as webhook_post
from partners.webhooks import targets as webhook_targets

from .conftest import hook
from .receiver import listening

NAMES = {
    "public.example": ["93.184.216.34"],
    "both.example": ["93.184.216.34", "10.0.0.5"],
    "inner.example": ["192.168.1.10"],
    "six.example": ["2606:4700::1111"],
    "mapped.example": ["::ffff:10.0.0.1"],
}


@pytest.fixture
def outside(settings, monkeypatch):
    """As in production; names resolve as written above, figures as the machine reads them."""
    settings.WEBHOOK_PRIVATE_TARGETS = False
    real = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        if host.endswith(".example"):
            if host not in NAMES:
                raise socket.gaierror
            return [(0, 0, 0, "", (address, port)) for address in NAMES[host]]
        return real(host, port, *args, flags=socket.AI_NUMERICHOST, **kwargs)

    monkeypatch.setattr(webhook_targets.socket, "getaddrinfo", look_up)


PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"]
CLOSED = [
    *(
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104 - refused
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
    ),
    *("169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001:0:7f00:1::1", "fec0::1"),
    "nothing",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address):
    assert webhook_targets.is_public(address)


@pytest.mark.parametrize("address", CLOSED)
def test_all_others_are_not(address):
    assert not webhook_targets.is_public(address)


ALLOWED = [
    "https://public.example/hooks",
    "https://public.example:443/",
    "https://public.example:8443/a?b=c",
    "https://PUBLIC.example",
    "https://[2606:4700::1111]/",
    "https://six.example/",
]
REFUSED = {
    "http://public.example/": webhook_targets.NOT_HTTPS,
    "ftp://public.example/": webhook_targets.WRONG_URL,
    "file:///etc/passwd": webhook_targets.WRONG_URL,
    "https://": webhook_targets.WRONG_URL,
    "public.example/hooks": webhook_targets.WRONG_URL,
    "": webhook_targets.WRONG_URL,
    "https://public.example/ a": webhook_targets.WRONG_URL,
    "https://public.example/\r\nX: y": webhook_targets.WRONG_URL,
    "https://public.example/#part": webhook_targets.WRONG_URL,
    "https://public.example\\@127.0.0.1/": webhook_targets.WRONG_URL,
    "https://contoh.example/é": webhook_targets.WRONG_URL,
    "https://public.example/" + "a" * 500: webhook_targets.WRONG_URL,
    "https://public.example:99999/": webhook_targets.WRONG_URL,
    "https://[::1/": webhook_targets.WRONG_URL,
    "https://user:word@public.example/": webhook_targets.WITH_USER,
    "https://@public.example/": webhook_targets.WITH_USER,
    "https://public.example:80/": webhook_targets.WRONG_PORT,
    "https://public.example:22/": webhook_targets.WRONG_PORT,
    "https://public.example:0/": webhook_targets.WRONG_PORT,
    "https://nowhere.example/": webhook_targets.NOT_FOUND,
    "https://inner.example/": webhook_targets.PRIVATE,
    "https://both.example/": webhook_targets.PRIVATE,
    "https://mapped.example/": webhook_targets.PRIVATE,
    "https://127.0.0.1/": webhook_targets.PRIVATE,
    "https://2130706433/": webhook_targets.PRIVATE,
    "https://0x7f000001/": webhook_targets.PRIVATE,
    "https://0177.0.0.1/": webhook_targets.PRIVATE,
    "https://127.1/": webhook_targets.PRIVATE,
    "https://0.0.0.0/": webhook_targets.PRIVATE,
    "https://[::1]/": webhook_targets.PRIVATE,
    "https://[::ffff:127.0.0.1]/": webhook_targets.PRIVATE,
    "https://169.254.169.254/latest/meta-data": webhook_targets.PRIVATE,
}


@pytest.mark.parametrize("url", ALLOWED)
def test_what_may_be_registered(outside, url):
    assert webhook_targets.check(url) == url


@pytest.mark.parametrize("url", REFUSED)
def test_what_may_not(outside, url):
    with pytest.raises(ValidationError) as refusal:
        webhook_targets.check(url)
    assert refusal.value.messages == [str(REFUSED[url])]


@pytest.mark.django_db
def test_a_refusal_names_the_field(outside, partner):
    with pytest.raises(ValidationError) as refusal:
        hook(partner, "https://inner.example/")
    assert list(refusal.value.message_dict) == ["url"]
    assert not Webhook.objects.exists()


def test_the_addresses_are_checked_again_with_every_call(outside, monkeypatch):
    """A name that was public when it was registered and is not now."""
    called = []
    monkeypatch.setattr(webhook_post.socket, "create_connection", lambda *args, **kwargs: called.append(args))
    answer = webhook_post.post("https://inner.example/", b"{}", {})
    assert (answer.error, answer.status, called) == (AttemptError.REFUSED, None, [])


def test_the_connection_goes_to_the_checked_address_and_tls_is_held_against_the_name(outside, monkeypatch):
    """The name is asked for once: what it resolves to afterwards does not count."""
    asked, called = [], []
    first = webhook_targets.socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        asked.append(host)
        return first(host if len(asked) == 1 else "127.0.0.1", *args, **kwargs)

    def connect(address, timeout):
        called.append((address, timeout <= 5))
        ours, theirs = socket.socketpair()
        theirs.close()
        return ours

    monkeypatch.setattr(webhook_targets.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(webhook_post.socket, "create_connection", connect)
    names = []
    context = webhook_post._tls()
    monkeypatch.setattr(type(context), "wrap_socket", lambda self, sock, server_hostname: names.append(server_hostname) or sock)
    webhook_post.post("https://public.example/", b"{}", {})
    assert (asked, called, names) == (["public.example"], [(("93.184.216.34", 443), True)], ["public.example"])
    assert context.check_hostname


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A server that speaks TLS as hooks.example; that name and wrong.example lead to it."""
    names = {"hooks.example": "127.0.0.1", "wrong.example": "127.0.0.1"}

    def look_up(host, port, *args, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (names.get(host, host), port))]

    monkeypatch.setattr(webhook_targets.socket, "getaddrinfo", look_up)
    path = self_signed(tmp_path / "server.pem", "hooks.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with listening(context) as receiver:
        receiver.url = receiver.url.replace("http://127.0.0.1", "https://hooks.example")
        yield receiver, path


def self_signed(path, name):
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(hours=1))
    certificate = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False).sign(key, SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path


def test_a_certificate_nobody_vouches_for_or_of_another_name_is_refused(certified, monkeypatch):
    receiver, path = certified
    assert webhook_post.post(receiver.url, b"{}", {}).error == AttemptError.TLS
    trusting = ssl.create_default_context(cafile=path)
    monkeypatch.setattr(webhook_post, "_tls", lambda: trusting)
    assert webhook_post.post(receiver.url.replace("hooks.", "wrong."), b"{}", {}).error == AttemptError.TLS
    assert receiver.sent == []
    assert webhook_post.post(receiver.url, b"{}", {}).status == 200
    (sent,) = receiver.sent
    assert sent.headers["Host"] == receiver.url.split("/")[2]


def test_a_server_that_speaks_no_tls_is_not_told(receiver):
    answer = webhook_post.post(receiver.url.replace("http://", "https://"), b"{}", {})
    assert (answer.status, answer.error, receiver.sent) == (None, AttemptError.TLS, [])


def test_a_resolver_that_hangs_costs_its_own_limit(outside, monkeypatch):
    monkeypatch.setattr(webhook_targets, "LOOKED_UP_WITHIN", 0.05)
    hangs = threading.Event()
    monkeypatch.setattr(webhook_targets.socket, "getaddrinfo", lambda *args, **kwargs: hangs.wait(5) and [])
    assert webhook_post.post("https://public.example/", b"{}", {}).error == AttemptError.NAME
    hangs.set()
