"""The pathway's stages, in the order they are gone through."""

from enum import StrEnum


class Stage(StrEnum):
    REFERRAL = "referral"
    MAPPING = "mapping"
    CONSENT = "consent"
    ASSIGNMENT = "assignment"
    EQUIPMENT = "equipment"
    TRIAL = "trial"
    GOAL_CONVERSATION = "goal-conversation"
    FOLLOW_UP = "follow-up"
    EVALUATION = "evaluation"
    ENDED = "ended"
