"""What is downloaded once for all stacks of a user: jars and Java, verified and kept in the cache."""
