"""Reads what RapidPro and TextIt export, of any age, and says what of it cannot be carried."""
