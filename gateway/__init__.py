"""Mashinani: an offline-first SMS/USSD mobilisation gateway."""
