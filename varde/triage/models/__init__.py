"""Thresholds, judgements, the worklist."""

from varde.triage.models.judged import Control, Judgement, State
from varde.triage.models.limits import GROUNDS, SIDES, Order, OrderedRule, Threshold
from varde.triage.models.work import Ask, Handling, Handover, Item, Reason, Task, View, Watch

__all__ = [
    "GROUNDS",
    "SIDES",
    "Ask",
    "Control",
    "Handling",
    "Handover",
    "Item",
    "Judgement",
    "Order",
    "OrderedRule",
    "Reason",
    "State",
    "Task",
    "Threshold",
    "View",
    "Watch",
]
