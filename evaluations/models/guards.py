"""Rules of the database that several tables of this app share."""

import pgtrigger


def draft_only(instrument_of: str) -> pgtrigger.Trigger:
    """Refuses every change of a part once its instrument is in force; `instrument_of` is SQL that finds it from `ROW`.

    Both sides of an update are asked, so a part cannot be moved out of a published instrument either.
    """
    sides = {"NEW": "TG_OP IN ('INSERT', 'UPDATE')", "OLD": "TG_OP IN ('UPDATE', 'DELETE')"}
    checks = " ".join(
        f"IF {when} AND EXISTS (SELECT 1 FROM evaluations_instrument i "  # noqa: S608 - names of this app's own columns
        f"WHERE i.id = ({instrument_of.replace('ROW', side)}) AND i.state <> 'draft') THEN "
        "RAISE EXCEPTION 'a published instrument never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for side, when in sides.items()
    )
    return pgtrigger.Trigger(
        name="draft_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"{checks} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    )


def frozen(name: str = "frozen") -> pgtrigger.Protect:
    """Refuses every change and deletion."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)
