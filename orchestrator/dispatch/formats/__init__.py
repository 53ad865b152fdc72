"""Instance files of the field's benchmarks: one module a family, with reader, solver, check and writer."""
