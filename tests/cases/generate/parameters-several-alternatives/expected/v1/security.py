# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Security schemes of spec/v1/"""
