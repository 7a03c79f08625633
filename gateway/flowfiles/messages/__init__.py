"""The texts of flows on their way to translators and back: extracted, merged, checked, feigned."""
