"""What is known: vocabulary, profiles, sources, the loader, the world."""
