"""The rules of sending: status ranks, retries, rates and prices."""
