"""Services that are not there, go away in the middle, or stop answering: what each stage says, and how soon."""
