"""What the API is compared with: a viewset as Django REST framework's own tutorial makes it, over the normalised tables.

Written as a good developer would: nested model serializers, every relation read ahead, pages by number with their count.
"""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.viewsets import ReadOnlyModelViewSet

from registry.models import Category, Permit, Producer, Product, ProductPhoto, ProductVariant
from registry.states import PUBLIC_ENTRY_STATES


class ProducerSerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region_id")
    place = serializers.CharField(source="region.full_name")

    class Meta:
        model = Producer
        fields = ("code", "name", "pillar", "region", "place")


class CategorySerializer(serializers.ModelSerializer):
    group = serializers.SlugRelatedField("slug", source="parent", read_only=True)

    class Meta:
        model = Category
        fields = ("slug", "group", "name_id", "name_en")


class VariantSerializer(serializers.ModelSerializer):
    class Meta:
        model = ProductVariant
        fields = ("key", "label", "net_content", "unit", "price", "barcode")


class PermitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Permit
        fields = ("kind", "number", "issuer", "issued_on", "expires_on", "collective")


class PhotoSerializer(serializers.ModelSerializer):
    sha256 = serializers.CharField(source="image.sha256")

    class Meta:
        model = ProductPhoto
        fields = ("sha256", "kind", "alt", "position")


class ProductSerializer(serializers.ModelSerializer):
    producer, category = ProducerSerializer(), CategorySerializer()
    variants, permits, photos = VariantSerializer(many=True), PermitSerializer(many=True), PhotoSerializer(many=True)

    class Meta:
        model = Product
        fields = (
            *("code", "name", "summary", "story", "place_note", "is_flagship", "is_demo", "months", "price_on_request"),
            *("raw_material", "raw_material_origin", "replaces_import", "capacity_peak", "capacity_lean", "capacity_unit"),
            *("source_url", "source_day", "edited_at", "producer", "category", "variants", "permits", "photos"),
        )


class FiftyAPage(PageNumberPagination):
    page_size = 50


class StockProducts(ReadOnlyModelViewSet):
    queryset = (
        Product.objects.filter(entry__state__in=PUBLIC_ENTRY_STATES)
        .select_related("producer__region", "category__parent")
        .prefetch_related("variants", "permits", "photos__image")
        .order_by("code")
    )
    serializer_class = ProductSerializer
    pagination_class = FiftyAPage
    renderer_classes = (JSONRenderer,)
    lookup_field = "code"
