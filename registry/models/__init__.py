from .catalogue import CatalogueEntry, Change, FeedCounter, Representation, SearchWord
from .complaints import Complaint
from .dataset import DatasetFile
from .images import StoredImage
from .notices import Notice, Outreach
from .permits import Permit
from .producers import Contact, Enterprise, Producer, ProducerAlias
from .products import ChainStage, ExternalId, Participant, Product, ProductPhoto, ProductVariant
from .reference import Category, CheckerRule, Holiday
from .submissions import FieldFlag, Submission, SubmissionEvent, SubmissionVersion, VersionImage

__all__ = [
    "CatalogueEntry",
    "Category",
    "ChainStage",
    "Change",
    "CheckerRule",
    "Complaint",
    "Contact",
    "DatasetFile",
    "Enterprise",
    "ExternalId",
    "FeedCounter",
    "FieldFlag",
    "Holiday",
    "Notice",
    "Outreach",
    "Participant",
    "Permit",
    "Producer",
    "ProducerAlias",
    "Product",
    "ProductPhoto",
    "ProductVariant",
    "Representation",
    "SearchWord",
    "StoredImage",
    "Submission",
    "SubmissionEvent",
    "SubmissionVersion",
    "VersionImage",
]
