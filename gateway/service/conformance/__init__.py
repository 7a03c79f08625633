"""Runs another engine's tables of examples against this one, and counts where they agree."""
