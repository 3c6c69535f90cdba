"""What is wrong with a Document: rules of each format that its schema can't say."""
