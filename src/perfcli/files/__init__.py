"""Any file's bytes become grids of cells, behind the gate, in a child process."""
