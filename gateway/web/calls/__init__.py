"""The pages of calls to action: written, looked at, approved, sent, followed and stopped."""
