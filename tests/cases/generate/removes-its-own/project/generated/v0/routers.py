# Generated from spec/v0/ by accord. Do not edit: change the spec, then run make generate.
