"""A gravity model of joint works: what is expected of a pair of countries for its size, distance and history."""
