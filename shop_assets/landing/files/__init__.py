"""From the bytes of a file to the documents in it: unpacked, decoded, split, parsed."""
