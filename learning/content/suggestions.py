"""Questions a reader may want to ask her team, offered by module.

They claim nothing: each is a question that stands word for word in the published text of a module
(a test holds that), so it went through the same checks as that text and is taken out with it.
"""

from __future__ import annotations

from collections.abc import Mapping

GENERAL = "your-care-team"

_AT_NIGHT = "Which number do I call at night?"
_WHEN_TO_CALL = "When should I call, and which number do I use at night?"

SUGGESTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "what-it-is": (
            "Has it spread to another part of the body?",
            "Where has it spread?",
            _WHEN_TO_CALL,
        ),
        "how-it-spreads": (
            "Where in my body has the cancer been found?",
            "Are these places near the breast, or far away?",
            "What does my lymph node result mean?",
            "What type of breast cancer do I have?",
        ),
        "bones": (
            "Which of my bones have cancer in them?",
            "Is any bone weak? Should I avoid some moves?",
            "Would bone drugs or radiotherapy help me?",
            "What can I take for pain?",
            _AT_NIGHT,
        ),
        "lungs": (
            "Is the cancer in my lung, or in the lining around it?",
            "Can any of my medicines affect my lungs?",
            "What can make breathing easier for me?",
            _AT_NIGHT,
        ),
        "liver": (
            "What do my blood tests say about my liver?",
            "Will I have a biopsy of the liver? Why, or why not?",
            "Can any of my medicines affect my liver?",
            "Is alcohol safe with my medicines and my liver?",
            "What can help if I feel sick to my stomach, full or in pain?",
        ),
        "brain": (
            "Do I need a scan of my brain? Why, or why not?",
            "Which treatments could fit me?",
            "Should I have a written plan for seizures?",
            "May I drive? Do I have to tell the driver licensing office?",
            "How long will I take steroids, and how do they end?",
        ),
        "nodes-and-skin": (
            "Which of my lymph nodes have cancer in them? Are they near or far?",
            "Is this spot in my skin cancer? How can we find out?",
            "Who can help me care for sore or open skin?",
            _AT_NIGHT,
        ),
        "when-to-call": (_WHEN_TO_CALL,),
        "aims-of-treatment": (
            "What is the goal of this treatment for me?",
            "How will we know if it is working?",
            "What comes next if it stops working?",
            "What does my scan show, compared with the last one?",
        ),
        "kinds-of-treatment": (
            "What are my hormone receptor and HER2 results?",
            "Can I see the palliative care team?",
            "Is there a trial for me?",
            _AT_NIGHT,
        ),
        "health-news": (
            "Does this story apply to my kind of cancer?",
            "What is the goal of chemotherapy for me?",
            "What could happen with it, and without it?",
            "Are there other choices?",
            "How will we know if it is working, and when would we stop?",
        ),
        GENERAL: (
            "Who is my main contact? When should I call, and which number do I use at night?",
            "What is the goal of this treatment, and what are my choices?",
            "Can I take my other medicines and supplements with it?",
            "Who can I talk to about feelings, work or money?",
            "Is there a trial for me? What would I get if I did not join?",
        ),
    }
}


def is_suggested(text: str, *, language: str) -> bool:
    """Whether this is one of the questions that are offered, word for word."""
    return any(text in questions for questions in SUGGESTIONS.get(language, {}).values())
