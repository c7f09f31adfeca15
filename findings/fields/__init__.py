"""What countries do by field of science, and with how many partners."""
