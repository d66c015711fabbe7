"""The intake's pages. Every name has its row in `questionnaire.permissions`."""

from django.urls import URLPattern, path

from questionnaire.views import (
    client,
    consultations,
    editions,
    endings,
    incidents,
    intakes,
    keys,
    lock,
    sections,
    sheet,
    steps,
    summary,
)

urlpatterns: list[URLPattern] = [
    path("", intakes.intakes, name="intakes"),
    path("notes/", lock.notes, name="notes"),
    path("lock/", lock.lock, name="lock"),
    path("unlock/", lock.unlock, name="unlock"),
    path("leave/", client.leave, name="leave"),
    path("extend/", lock.extend, name="extend"),
    path("kept/", lock.kept, name="kept"),
    path("keys/", keys.keys, name="keys"),
    path("sheet/", sheet.sheet, name="sheet"),
    path("intakes/start/", intakes.start, name="start"),
    path("intakes/<uuid:uuid>/", sections.section, name="intake"),
    path("intakes/<uuid:uuid>/client/<slug:item>/", client.question, name="client"),
    path("intakes/<uuid:uuid>/incidents/", incidents.incidents, name="incidents"),
    path("intakes/<uuid:uuid>/incidents/<uuid:incident>/", incidents.incident, name="incident"),
    path("intakes/<uuid:uuid>/pause/", endings.pause, name="pause"),
    path("intakes/<uuid:uuid>/stop/", endings.stop, name="stop"),
    path("intakes/<uuid:uuid>/steps/", steps.steps, name="steps"),
    path("intakes/<uuid:uuid>/steps/<uuid:consultation>/", consultations.consultation, name="consultation"),
    path("intakes/<uuid:uuid>/answers/", summary.answers, name="answers"),
    path("intakes/<uuid:uuid>/summary/", summary.summary, name="summary"),
    path("intakes/<uuid:uuid>/summary/pdf/", summary.pdf, name="pdf"),
    path("intakes/<uuid:uuid>/editions/<slug:code>/", editions.edition, name="edition"),
    path("intakes/<uuid:uuid>/<slug:step>/", sections.section, name="section"),
]
