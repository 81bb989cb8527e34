"""What tools put around documents: envelopes, pages, wrappers, and what these say of the documents."""
