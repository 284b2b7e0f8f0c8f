# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.
"""What the versions share, from spec/common/"""
