"""`make bench`: how fast the product is, as ratios to baselines that are measured in the same run."""
