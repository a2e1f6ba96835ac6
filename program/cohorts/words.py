"""What the tasks at a table are called."""

from flask_babel import gettext as _

from program.cohorts.models import TableTask


def task_words() -> dict[TableTask, str]:
    return {
        TableTask.CASE: _("brings the case"),
        TableTask.CHAIR: _("chairs"),
        TableTask.OBSERVER: _("observes"),
    }
