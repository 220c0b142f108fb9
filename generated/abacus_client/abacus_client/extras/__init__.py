"""Hand-written modules, as they are in the repository that this package is of."""
