"""The words that reminders have until a planner changes them."""

from program.reminders.models import ReminderKind

STANDARD: dict[tuple[ReminderKind, str], tuple[str, str]] = {
    (ReminderKind.UNANSWERED, "nl"): (
        "Komt u ook? {{ session }}, {{ date }}",
        """Beste {{ name }},

U bent uitgenodigd voor {{ session }}, maar we hebben nog geen antwoord van u.

{{ date }}, {{ time }}
{{ place }}

Laat met één klik weten of u komt (u hoeft niet in te loggen):
{{ answer_link }}

Kunt u niet? Zeg het dan ook: dan zoeken we samen een andere keer.

{{ programme }}
""",
    ),
    (ReminderKind.UNANSWERED, "en"): (
        "Will you come? {{ session }}, {{ date }}",
        """Dear {{ name }},

You are invited to {{ session }}, but we have no answer from you yet.

{{ date }}, {{ time }}
{{ place }}

Tell us with one click whether you come (you need not sign in):
{{ answer_link }}

You cannot come? Say so too: then we look for another time together.

{{ programme }}
""",
    ),
    (ReminderKind.PRACTICAL, "nl"): (
        "Binnenkort: {{ session }}, {{ date }}",
        """Beste {{ name }},

Tot {{ date }}: dan is {{ session }}, {{ time }}.

{{ place }}
{% if join_link %}Online meedoen: {{ join_link }}
{% endif %}{% if trainer %}Trainer: {{ trainer }}
{% endif %}{% if note %}
{{ note }}
{% endif %}
Komt u toch niet? Laat het hier weten:
{{ answer_link }}

{{ programme }}
""",
    ),
    (ReminderKind.PRACTICAL, "en"): (
        "Soon: {{ session }}, {{ date }}",
        """Dear {{ name }},

See you on {{ date }}: {{ session }}, {{ time }}.

{{ place }}
{% if join_link %}Join online: {{ join_link }}
{% endif %}{% if trainer %}Trainer: {{ trainer }}
{% endif %}{% if note %}
{{ note }}
{% endif %}
You cannot come after all? Tell us here:
{{ answer_link }}

{{ programme }}
""",
    ),
    (ReminderKind.DIGEST, "nl"): (
        "Uw week: {{ week }}",
        """Beste {{ name }},

Dit zijn uw bijeenkomsten in {{ week }}:

{{ sessions }}

Alle antwoorden staan op {{ schedule_link }}

{{ programme }}
""",
    ),
    (ReminderKind.DIGEST, "en"): (
        "Your week: {{ week }}",
        """Dear {{ name }},

These are your sessions in {{ week }}:

{{ sessions }}

All answers are on {{ schedule_link }}

{{ programme }}
""",
    ),
}
