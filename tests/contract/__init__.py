"""The store's contract (publisher.store.port), on every engine."""
