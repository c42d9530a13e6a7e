"""Why a selected firm asks for so little: asked, explained by cost items, and decided by two."""
