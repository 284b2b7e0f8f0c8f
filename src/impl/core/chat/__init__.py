"""Conversations with a language model: the protocol, a stand-in that needs no network, and a real adapter."""
