"""Many repositories: found, judged one by one, proposed to, remembered."""
