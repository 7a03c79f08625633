"""A stand-in for the aggregator that speaks its real wire formats on a real port."""
