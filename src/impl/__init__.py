"""The reference service: what is written by hand beside the generated code."""
