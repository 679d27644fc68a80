"""The real servers are for this machine alone."""

from __future__ import annotations

import ipaddress

import psutil


def test_nothing_that_the_tests_started_can_be_reached_from_outside(bluesky, snac):
    ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [
        (process.name(), one.laddr)
        for process in ours
        for one in process.net_connections(kind="tcp")
        if one.status == psutil.CONN_LISTEN
    ]
    assert {name for name, _address in listening} >= {"node", "snac", "valkey-server"}
    assert all(ipaddress.ip_address(address.ip).is_loopback for _name, address in listening)
