"""What the drawn pictures are made of: a pen, colours, scenes, and things to put into them."""
