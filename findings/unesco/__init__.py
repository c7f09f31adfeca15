"""What UNESCO's texts name: how each noun is answered, and the knowledge gap."""
