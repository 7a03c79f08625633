"""Translates between aggregators' wire formats and ours; decides nothing."""
