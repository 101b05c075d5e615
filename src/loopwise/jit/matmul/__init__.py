"""Matrix products: the ladder from the slide's three loops to a product as fast as BLAS, and its last rung's parts."""
