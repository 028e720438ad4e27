"""Keeps HTTP requests out of the private network (server-side request forgery).

A webhook's address comes out of a plan, and its name can point anywhere, to one address when it
is looked up and to another a moment later. So the addresses are checked at the moment of
connecting, all of them, and the connection goes to one that was checked. The TLS name is untouched.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from notifiers.bounded import BoundedAdapter, BoundedConnection, Pools
from notifiers.errors import DeliveryError

_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddressError(DeliveryError):
    """A name leads to an address that is not public."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} leads into a private network, and nothing is sent there: "
            "set `allow-private = true` on the channel if that is meant",
            permanent=True,
            scope="channel",
        )


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet can reach, also inside IPv6 wrappings."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return _is_public(inner) and not ip.is_link_local
    return _is_public(ip)


def public_addresses(host: str, port: int) -> list[str]:
    """All addresses of a name, if all are public; raises PrivateAddressError or OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(map(is_public, addresses)):
        raise PrivateAddressError(host)
    return addresses


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and ip.is_site_local:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)


class _GuardedHTTP(BoundedConnection):
    """A connection that goes to a checked address only."""

    def _new_conn(self) -> socket.socket:
        host = self.host.strip("[]")
        try:
            addresses = public_addresses(host, self.port)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(host, self, socket.gaierror(str(error))) from None
        try:
            return self._connect_to_first(addresses)
        except TimeoutError:
            raise ConnectTimeoutError(self, "no connection in time") from None
        except OSError as error:
            raise NewConnectionError(self, str(error)) from None

    def _connect_to_first(self, addresses: list[str]) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in addresses:
            try:
                return create_connection(
                    (address, self.port), self.timeout, socket_options=self.socket_options
                )
            except OSError as error:
                failure = error
        raise failure


class _GuardedHTTPS(_GuardedHTTP, HTTPSConnection):
    """Over TLS."""


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class GuardedAdapter(BoundedAdapter):
    """A transport for a requests session that raises PrivateAddressError for a private address."""

    pools: Pools = {"http": _HTTPPool, "https": _HTTPSPool}  # noqa: RUF012  a constant
