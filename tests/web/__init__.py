"""What people and programs are answered, without a browser."""
