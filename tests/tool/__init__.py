"""What tests stand on: shared material, validators, a browser. Nothing here knows how publisher works."""
