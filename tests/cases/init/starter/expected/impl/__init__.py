"""Implementations of the contracts"""
