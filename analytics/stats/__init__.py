"""Floor 1: arrays in, frozen results out. numpy and scipy only; no I/O, no clock; the generator is an argument."""
