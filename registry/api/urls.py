"""Addresses of the registry's resources, below /api/v1/."""

from django.urls import path

from . import bulk, catalogue, dataset, draft_parts, drafts, feed, statistics, submissions

urlpatterns = [
    path("products", catalogue.ProductList.as_view(), name="api_products"),
    path("products/<str:code>", catalogue.ProductDetail.as_view(), name="api_product"),
    path("products/<str:code>/photos", catalogue.ProductPhotos.as_view(), name="api_product_photos"),
    path("products/<str:code>/permits", catalogue.ProductPermits.as_view(), name="api_product_permits"),
    path("producers", catalogue.ProducerList.as_view(), name="api_producers"),
    path("producers/<str:code>", catalogue.ProducerDetail.as_view(), name="api_producer"),
    path("categories", catalogue.CategoryList.as_view(), name="api_categories"),
    path("drafts", drafts.DraftList.as_view(), name="api_drafts"),
    path("drafts/bulk", bulk.DraftBulk.as_view(), name="api_drafts_bulk"),
    path("drafts/<str:code>", drafts.DraftDetail.as_view(), name="api_draft"),
    path("drafts/<str:code>/send", drafts.DraftSend.as_view(), name="api_draft_send"),
    path("drafts/<str:code>/photos", draft_parts.DraftPhotos.as_view(), name="api_draft_photos"),
    path("drafts/<str:code>/photos/<str:key>", draft_parts.DraftPhoto.as_view(), name="api_draft_photo"),
    path("drafts/<str:code>/permits", draft_parts.DraftPermits.as_view(), name="api_draft_permits"),
    path("drafts/<str:code>/permits/<str:key>", draft_parts.DraftPermit.as_view(), name="api_draft_permit"),
    path("submissions", submissions.SubmissionList.as_view(), name="api_submissions"),
    path("submissions/<str:number>", submissions.SubmissionDetail.as_view(), name="api_submission"),
    path("statistics", statistics.Statistics.as_view(), name="api_statistics"),
    path("changes", feed.ChangeList.as_view(), name="api_changes"),
    path("reconcile", feed.Reconcile.as_view(), name="api_reconcile"),
    path("dataset", dataset.Dataset.as_view(), name="api_dataset"),
    path("dataset/catalogue.<str:ext>", dataset.DatasetDownload.as_view(), name="api_dataset_file"),
]
