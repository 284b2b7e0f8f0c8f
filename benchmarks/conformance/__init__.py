"""``make conformance``: real contracts through the whole of Accord, one line each."""
