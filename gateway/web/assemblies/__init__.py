"""The pages of assemblies: called, voted on, counted, witnessed, minuted and told of."""
