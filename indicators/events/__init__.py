"""Did it change anything: dated events of countries and pairs, compared with like ones that had none."""
