"""Make-believe: a whole movement that never was, for demonstrations, pictures and benchmarks."""
