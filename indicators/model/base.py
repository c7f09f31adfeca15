"""What every model of the catalogue is: frozen, and without unknown keys."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Base of the catalogue's documents: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
