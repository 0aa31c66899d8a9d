"""The methods of requests to other systems."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
