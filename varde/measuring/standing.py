"""Standing: which observations still hold; what was corrected or struck stays, and is left out."""

# For an observation called `o`. Nothing that judges, draws or counts reads without it.
STANDS = """not exists (
    select 1 from measuring_correction c where c.tenant_id = o.tenant_id
    and c.patient_id = o.patient_id and c.observation_id = o.id)
"""
