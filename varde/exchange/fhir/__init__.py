"""FHIR R4: the machine door. Resources at the border, plain values inside.

Knows Observation and Patient as they are sent and read. Promises that one bad entry does not sink
a batch, that a transaction is all or nothing, and that every refusal says where and why.
"""
