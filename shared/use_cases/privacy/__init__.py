"""What is promised about personal data, kept: encryption, erasing, requests of persons, registers."""
