# Generated from spec/ by accord. Do not edit: change the spec, then run make generate.
"""Packages generated from spec/"""
