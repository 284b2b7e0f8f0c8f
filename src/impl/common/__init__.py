"""What the adapters of all versions share: between the core and the models of spec/common."""
