"""Stories: composing, looks, pictures, and what judges say of them."""
