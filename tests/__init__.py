"""What proves the publisher: real clients, validators and browsers against real bytes."""
