"""Implementations."""
