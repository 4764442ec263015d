"""Many films at once, here or on a cluster; what is there already."""
