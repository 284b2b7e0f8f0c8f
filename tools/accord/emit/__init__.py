"""From a contract to files: emitters return a tree, and ``tree`` alone writes."""
