"""From the IR to trees of files; only ``tree.py`` writes."""
