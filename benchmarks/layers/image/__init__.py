"""What is done to pictures before a net sees them: crops, shifts, distortions, noise, whitening."""
