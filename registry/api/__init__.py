"""The registry's resources of the REST API; addresses in urls.py, shapes for the OpenAPI document in schema.py."""
