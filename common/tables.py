"""The first migration of an app, done at once: Django draws every related model anew after each of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from pgtrigger.migrations import AddTrigger

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

# A table is made from the model as it stands after the last step: these find their work done.
_MADE_WITH_THE_TABLE = (AddConstraint, AddField, AddIndex)


def _belongs(step: Operation, made: set[str]) -> bool:
    return isinstance(step, CreateModel) or (isinstance(step, (*_MADE_WITH_THE_TABLE, AddTrigger)) and step.model_name.lower() in made)


class CreateTables(Operation):
    """What makemigrations writes for new tables, wrapped as it stands: the same tables, in a tenth of the time.

    Only steps on tables that this very migration makes; anything else stands outside, after it.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]):
        self.operations = operations
        self.models = [step for step in operations if isinstance(step, CreateModel)]
        made = {model.name_lower for model in self.models}
        for step in operations:
            if not _belongs(step, made):
                raise ValueError(f"This is no step of making a table here: {step.describe()}")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # the models are drawn once, when the first table is made
        for step in self.operations:
            step.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for step in self.operations:
            if not isinstance(step, _MADE_WITH_THE_TABLE):
                step.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} models at once"
