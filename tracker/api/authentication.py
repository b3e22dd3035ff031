"""Who is calling: a token in the Authorization header, or the session of the pages."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):
    """Knox's, which would stumble over a token that is no text."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():  # of bytes: ASCII letters and digits alone
            raise AuthenticationFailed(_("令牌无效或已过期,请重新登录。"))
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):
    """How the OpenAPI document describes it."""

    target_class = "tracker.api.authentication.TokenAuthentication"
    name = "token"
