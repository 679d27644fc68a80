"""What all collectors share: the types, the guard and the one HTTP client."""
