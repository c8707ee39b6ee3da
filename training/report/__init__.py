"""What people read of a trained model."""
