class PetsMethods:
    """Methods of our own."""

    def fetch(self) -> None:
        """Its name was that of another one."""
