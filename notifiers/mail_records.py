"""What the DNS says of a mail channel's domain: SPF, DKIM and DMARC.

The large mailbox providers refuse mail, or put it aside, where these do not hold. Looking them up
needs the optional library `dnspython`; what the records mean is pure and needs nothing.
"""

import base64
import binascii
import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from notifiers.dkim import EXTRA, Signer
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.headers import ascii_domain, one_line
from notifiers.message import Address

LookUp = Callable[[str], Sequence[str]]
"""A name -> the texts of its TXT records, none where there are none; raises NoAnswerError."""
SECONDS = 5.0
"""How long one question may take."""
_TAG = re.compile(r"\s*([a-z]+)\s*=\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)
_ENDS = re.compile(r"(?:^|\s)([+?~-]?)all\b|(?:^|\s)redirect=", re.IGNORECASE)


class NoAnswerError(Exception):
    """The DNS did not answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One record: good, bad, or worth a look; and what to do."""

    what: Literal["SPF", "DKIM", "DMARC"]
    state: Literal["good", "look", "bad"]
    text: str
    hint: str = ""


def remarks(options: EmailOptions, look_up: LookUp) -> Iterator[Remark]:
    """What the records of a channel without problems say. Raises NoAnswerError."""
    domain = options.sender.domain
    bounces = Address.parse(options.envelope_sender or options.from_).email
    yield spf(ascii_domain(bounces.rpartition("@")[2]), look_up)
    if options.dkim_selector is None or options.dkim_key is None:
        yield Remark(
            "DKIM",
            "look",
            "the mail server has to sign",
            "send one with `milestones test-send` and look for dkim=pass in its "
            "Authentication-Results",
        )
    else:
        signing = ascii_domain(options.dkim_domain or domain)
        yield dkim(signing, ascii_domain(options.dkim_selector), options, look_up)
    yield dmarc(domain, look_up)


def spf(domain: str, look_up: LookUp) -> Remark:
    """Who may send in the name of the envelope's domain (RFC 7208)."""
    found = [text for text in look_up(domain) if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)]
    if not found:
        hint = f'publish a TXT record at {domain} like "v=spf1 mx -all" that names your mail server'
        return Remark("SPF", "look", f"{domain} does not say who may send in its name", hint)
    if len(found) > 1:
        hint = "make one of them: with two, all of them count as wrong (RFC 7208 4.5)"
        return Remark("SPF", "bad", f"{domain} has {len(found)} records", hint)
    shown = f"{domain}: {one_line(found[0])[:200]}"
    end = _ENDS.search(found[0])
    if end is not None and end[0].strip().lower() in ("all", "+all"):
        return Remark("SPF", "bad", shown, "anybody may send in its name: end it with ~all or -all")
    if end is None or end[1] == "?":
        return Remark("SPF", "look", shown, "it says nothing of other senders: end it with -all")
    return Remark("SPF", "good", shown)


def dmarc(domain: str, look_up: LookUp) -> Remark:
    """What a mailbox shall do with mail that fails; looked for upwards (RFC 7489, RFC 9989)."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        name = ".".join(labels[start:])
        found = [text for text in look_up(f"_dmarc.{name}") if _is_dmarc(text)]
        if len(found) > 1:
            hint = "make one of them: with two, there is none"
            return Remark("DMARC", "bad", f"_dmarc.{name} has {len(found)} records", hint)
        if found:
            return _policy(name, found[0])
    hint = f'publish a TXT record at _dmarc.{domain}, to begin with "v=DMARC1; p=none"'
    return Remark("DMARC", "look", f"{domain} has no record", hint)


def dkim(domain: str, selector: str, options: EmailOptions, look_up: LookUp) -> Remark:
    """Whether the published key is the other half of the private one (RFC 6376 3.6.1)."""
    name = f"{selector}._domainkey.{domain}"
    try:
        assert options.dkim_key is not None
        wanted = Signer.make(domain, selector, options.dkim_key.reveal()).public_key
    except DeliveryError as error:
        return Remark("DKIM", "bad", str(error))
    record = f'"v=DKIM1; k={wanted.kind}; p={base64.b64encode(wanted.published).decode()}"'
    found = look_up(name)
    if not found:
        return Remark("DKIM", "bad", f"{name} is not there", f"publish a TXT record: {record}")
    public = _tags(found[0]).get("p")
    if public == "":
        return Remark("DKIM", "bad", f"{name} is withdrawn", "make a new key under a new selector")
    try:
        given = base64.b64decode(re.sub(r"\s+", "", public or ""), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    if len(found) > 1 or given not in wanted.forms:
        hint = f"publish this TXT record and no other: {record}"
        return Remark("DKIM", "bad", f"{name} is not the other half of `dkim-key`", hint)
    return Remark("DKIM", "good", f"{name} fits `dkim-key`")


def dns_look_up(nameservers: Sequence[str] = (), port: int = 53) -> LookUp:
    """Looks names up, at the machine's own name servers or at these.

    Raises NoAnswerError where the library is not installed.
    """
    try:
        resolver_of, exceptions = map(importlib.import_module, ("dns.resolver", "dns.exception"))
    except ImportError:
        raise NoAnswerError(
            f"to see the records install {EXTRA}; else ask with `dig TXT` or `nslookup -type=TXT`"
        ) from None
    resolver: Any = resolver_of.Resolver(configure=not nameservers)
    resolver.lifetime = SECONDS
    if nameservers:
        resolver.nameservers, resolver.port = list(nameservers), port

    def look_up(name: str) -> Sequence[str]:
        try:
            answer = resolver.resolve(f"{name}.", "TXT", search=False)
        except (resolver_of.NXDOMAIN, resolver_of.NoAnswer):
            return ()
        except exceptions.DNSException as error:
            kind = type(error).__name__
            raise NoAnswerError(f"{name} cannot be looked up now ({kind})") from None
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    return look_up


def _policy(name: str, text: str) -> Remark:
    policy = _tags(text).get("p", "").lower()
    shown = f"_dmarc.{name}: {one_line(text)[:200]}"
    if policy not in ("none", "quarantine", "reject"):
        hint = "give it p=none, p=quarantine or p=reject"
        return Remark("DMARC", "bad", shown, hint)
    return Remark("DMARC", "good", shown)


def _is_dmarc(text: str) -> bool:
    return re.match(r"v\s*=\s*DMARC1\s*(?:;|$)", text) is not None


def _tags(text: str) -> dict[str, str]:
    """`name=value` pairs between semicolons (RFC 6376 3.2)."""
    pairs = (_TAG.fullmatch(piece) for piece in text.split(";"))
    return {pair[1].lower(): pair[2] for pair in pairs if pair}
