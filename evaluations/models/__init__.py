"""The tables of the evaluation, one file a subject."""

from .instruments import Criterion, CriterionEvidence, DevelopmentPath, Instrument, Level, PathRule, Section, SectionMinimum, StarBand
from .panel import Conflict, PanelMember
from .rakor import AgendaItem, Attendance, ConsensusScore, Decision, FollowUp, Meeting
from .results import Appeal, Decree, Result, ResultSet
from .rounds import Entrant, Round, RoundFamily, RoundLogEntry
from .sheets import EvidenceRequest, Sample, Score, Sheet, TastingSession, Visit

__all__ = [
    "AgendaItem",
    "Appeal",
    "Attendance",
    "Conflict",
    "ConsensusScore",
    "Criterion",
    "CriterionEvidence",
    "Decision",
    "Decree",
    "DevelopmentPath",
    "Entrant",
    "EvidenceRequest",
    "FollowUp",
    "Instrument",
    "Level",
    "Meeting",
    "PanelMember",
    "PathRule",
    "Result",
    "ResultSet",
    "Round",
    "RoundFamily",
    "RoundLogEntry",
    "Sample",
    "Score",
    "Section",
    "SectionMinimum",
    "Sheet",
    "StarBand",
    "TastingSession",
    "Visit",
]
