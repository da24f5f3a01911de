"""The list of places that a form offers while one types."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .forms import find_regions
from .models import Level

_LEVELS = {str(level.value): level.value for level in Level}


@require_safe
@cache_control(public=True, max_age=3600)
def region_search(request: HttpRequest) -> JsonResponse:
    """At most ten `{code, full_name}` for `q`, of one `level` and inside one region where these are named."""
    level = _LEVELS.get(request.GET.get("level", ""))
    within = request.GET.get("within", "")[:13].replace("\x00", "")
    regions = find_regions(request.GET.get("q", ""), level=level, within=within or None)
    return JsonResponse([{"code": region.code, "full_name": region.full_name} for region in regions], safe=False)
