"""What is said of a country and of a pair, made from the figures: for pages, slides and documents alike.

A finding is words and numbers, never a component or a shape; who shows it gives it its form.
"""
