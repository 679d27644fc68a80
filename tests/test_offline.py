from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

# A warning first, and warnings are errors here.
BLOCKED = (SocketConnectBlockedError, UserWarning)


def test_a_socket_off_this_machine_fails_the_test():
    with socket.socket() as outside, pytest.raises(BLOCKED):
        outside.connect(("192.0.2.1", 80))
