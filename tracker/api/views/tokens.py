"""Signing in and out: several tokens a person, each of which ends by itself."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework import serializers, status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import Forbidden
from tracker.api.authentication import TokenAuthentication
from tracker.api.base import Endpoint
from tracker.api.errors import Locked
from tracker.api.serializers.errors import Error


class Credentials(serializers.Serializer):
    username = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=256, trim_whitespace=False, style={"input_type": "password"})


class Token(serializers.Serializer):
    """此后请求头写 ``Authorization: Token <token>``。令牌只显示这一次。"""

    token = serializers.CharField()
    expiry = serializers.DateTimeField(allow_null=True)


class Tokens(Endpoint):
    authentication_classes = []
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Request) -> str:
        return str(knox_settings.AUTH_HEADER_PREFIX)

    @extend_schema(
        request=Credentials,
        responses={201: Token, 401: Error, 403: Error, 429: OpenApiResponse(Error, "多次输错,账号暂时锁定")},
        summary="用账号和密码换取令牌",
    )
    def post(self, request: Request) -> Response:
        given = Credentials(data=self.body())
        given.is_valid(raise_exception=True)
        outer: Any = request._request  # axes counts on the request that its middleware sees
        user = authenticate(outer, **given.validated_data)
        if getattr(outer, "axes_locked_out", False):
            outer.axes_locked_out = False  # answered here: the middleware would put a page in its place
            raise Locked(_("多次输错账号或密码,账号已暂时锁定,请稍后再试。"))
        if user is None:
            raise AuthenticationFailed(_("账号或密码不正确。"))
        live = AuthToken.objects.filter(user=user, expiry__gt=clock.now()).count()
        if live >= knox_settings.TOKEN_LIMIT_PER_USER:
            raise Forbidden(_("您已有 %(live)d 个有效令牌,请先退出不用的(tokens/logoutall/)。") % {"live": live})
        kept, token = AuthToken.objects.create(user=user, expiry=knox_settings.TOKEN_TTL)
        user_logged_in.send(sender=type(user), request=outer, user=user)
        return Response(Token({"token": token, "expiry": kept.expiry}).data, status=status.HTTP_201_CREATED)


class Logout(Endpoint):
    authentication_classes = [TokenAuthentication]
    errors = (401,)

    @extend_schema(request=None, responses={204: None}, summary="作废这个令牌")
    def post(self, request: Request) -> Response:
        request.auth.delete()
        user_logged_out.send(sender=type(request.user), request=request._request, user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogoutAll(Endpoint):
    errors = (401, 403)

    @extend_schema(request=None, responses={204: None}, summary="作废本人的全部令牌")
    def post(self, request: Request) -> Response:
        AuthToken.objects.filter(user=request.user).delete()
        user_logged_out.send(sender=type(request.user), request=request._request, user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
