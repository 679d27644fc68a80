"""Linking accounts of the central networks: the protocol is allauth's, what comes of it is ours.

Nothing here logs anybody in or signs anybody up, and none of allauth's rows is ever written.
"""
