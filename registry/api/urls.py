"""Addresses of the registry's resources, below /api/v1/."""

from django.urls import path

from . import catalogue, dataset, feed, statistics

urlpatterns = [
    path("products", catalogue.ProductList.as_view(), name="api_products"),
    path("products/<str:code>", catalogue.ProductDetail.as_view(), name="api_product"),
    path("products/<str:code>/photos", catalogue.ProductPhotos.as_view(), name="api_product_photos"),
    path("products/<str:code>/permits", catalogue.ProductPermits.as_view(), name="api_product_permits"),
    path("producers", catalogue.ProducerList.as_view(), name="api_producers"),
    path("producers/<str:code>", catalogue.ProducerDetail.as_view(), name="api_producer"),
    path("categories", catalogue.CategoryList.as_view(), name="api_categories"),
    path("statistics", statistics.Statistics.as_view(), name="api_statistics"),
    path("changes", feed.ChangeList.as_view(), name="api_changes"),
    path("reconcile", feed.Reconcile.as_view(), name="api_reconcile"),
    path("dataset", dataset.Dataset.as_view(), name="api_dataset"),
    path("dataset/catalogue.<str:ext>", dataset.DatasetDownload.as_view(), name="api_dataset_file"),
]
