"""What the score was, why it changed, and two people beside each other."""
