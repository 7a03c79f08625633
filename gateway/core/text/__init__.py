"""Text as telephones carry it: septets, segments, screens, numbers and keywords."""
