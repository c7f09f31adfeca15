"""The answers of services that several sources ask."""
