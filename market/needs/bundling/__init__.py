"""Bundling (打包): drafts of one item joined into one need whose parts stay visible."""
