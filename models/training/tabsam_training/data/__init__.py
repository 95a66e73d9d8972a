"""What the model learns from: where it is fetched, how it is packed, and how it lies on the device."""
