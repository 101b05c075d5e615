"""Several numbers that one instruction loads, multiplies or compares at once; `exp`, `log`, `tanh` … of them."""
