"""X, which was Twitter: every post and person that is read costs the operator money."""
