"""The rules of a company: YAML files read into typed values."""
