"""From the IR to trees of files: generated packages in ``python/``, edits of implementations in ``scaffold/``.

Read ``tree`` first: a ``Tree`` maps paths to texts, and it alone compares with the disk and writes. Then
``python/generate``, which is the whole way from an ``Api`` to the tree of its package.
"""
