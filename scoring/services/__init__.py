"""The only writers of what the networks said and what it came to. They never enqueue."""
