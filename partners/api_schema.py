"""What the OpenAPI document says of tokens: how one is asked for, and where one is sent."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from .scopes import SCOPES

SCHEME = "partner"


class PartnerScheme(OpenApiAuthenticationExtension):
    """Client credentials (RFC 6749, 4.4)."""

    target_class = "partners.authentication.PartnerAuthentication"
    name = SCHEME

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": "/api/v1/token", "scopes": {name: str(words) for name, words in SCOPES.items()}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """The scope the door asks for, where it asks for one."""
        scopes = [found for kind in auto_schema.view.permission_classes if (found := getattr(kind, "required_scope", ""))]
        return {self.name: scopes}


_FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"], "description": "Always client_credentials."},
        "scope": {"type": "string", "description": "Scopes separated by blanks; all of the credential's unless told."},
        "client_id": {"type": "string", "description": "Unless sent with Basic."},
        "client_secret": {"type": "string", "description": "Unless sent with Basic."},
    },
}
_TOKEN = {
    "type": "object",
    "description": "A token for an hour.",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string", "description": "Send it as Authorization: Bearer."},
        "token_type": {"type": "string", "description": "Bearer."},
        "expires_in": {"type": "integer", "description": "Seconds."},
        "scope": {"type": "string", "description": "What it opens, separated by blanks."},
    },
}
_ERROR = {
    "type": "object",
    "description": "An OAuth error (RFC 6749, 5.2).",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "A short word for programs, for example invalid_client."},
        "error_description": {"type": "string", "description": "What is wrong and what to do."},
    },
}


def _answer(shape: str, words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}}


def describe_access(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Say what is open to anybody, and add the token endpoint, which is OAuth's own and no resource."""
    for methods in result["paths"].values():
        for operation in methods.values():
            if operation.get("security") == [{SCHEME: []}]:
                operation["security"] = [{}, {SCHEME: []}]
    result["components"]["schemas"] |= {"Token": _TOKEN, "TokenError": _ERROR}
    result["paths"]["/api/v1/token"] = {
        "post": {
            "operationId": "token_create",
            "tags": ["access"],
            "summary": "A token for an hour",
            "description": "OAuth 2 client credentials. Partners get their credentials from Dinas PMD of the province.",
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": _FORM}}},
            "security": [],
            "responses": {
                "200": _answer("Token", "The token."),
                "400": _answer("TokenError", "The request cannot be taken."),
                "401": _answer("TokenError", "Unknown client, wrong secret, or a credential that may not be used now or from here."),
                "429": _answer("TokenError", "Too many tries. Wait as many seconds as Retry-After says."),
            },
        }
    }
    return result
