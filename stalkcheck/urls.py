"""The project's URLs. Every name here has its row in questionnaire.permissions."""

from django.urls import include, path

urlpatterns = [
    path("", include("questionnaire.urls")),
]
