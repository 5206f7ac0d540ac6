"""Statement files, one statement each."""
