"""Store the safety plan of a case, with every version of it."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone

from questionnaire.domain.dates import day_of
from questionnaire.domain.safety_plan import Plan, PlanVersion, parse_plan
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models.accounts import User
from questionnaire.models.cases import Case
from questionnaire.models.encrypted import RingWrappedRow


def empty_plan_content() -> dict[str, Any]:
    """Return the content of a plan of which nothing is stored yet."""
    return {"drafts": {}, "revisions": {}, "pages": [], "sitting": []}


class SafetyPlan(RingWrappedRow):
    """The safety plan of a case; what it says is in the last of its versions.

    Its data key is bound to the case: a plan that is moved to another case does not open. `content` has what
    pages need that are open on it: drafts by part, the number of changes of each, the last save of the latest
    pages, and the `sitting` of the last version: its page, person and day.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="safety_plan")
    content: Any = EncryptedJSONField(default=empty_plan_content, pad_to=4096)

    def __str__(self) -> str:
        return str(self.uuid)

    def key_binding(self) -> tuple[str, ...]:
        return (str(self.uuid), str(self.case_id))

    @property
    def newest(self) -> "SafetyPlanVersion | None":
        """The version that counts; None when only drafts were written."""
        return self.versions.select_related("by").order_by("-number").first()


class SafetyPlanVersion(models.Model):
    """The plan as one person left it. A version stays as it is once someone began the next.

    `content` is a JSON object: the `parts` of the domain's Plan, and which of them were `changed` since the
    version before.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    safety_plan = models.ForeignKey(
        SafetyPlan, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    content: Any = EncryptedJSONField(pad_to=4096)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["safety_plan", "number"], name="a_version_has_its_number"),
        ]

    def __str__(self) -> str:
        return f"{self.safety_plan_id}, {self.number}"

    def data_key(self) -> bytes:
        """Return the key of the plan that this version belongs to. Raise SealError."""
        return self.safety_plan.data_key()

    @property
    def plan(self) -> Plan:
        """The plan as it was then, validated again. Raise InvalidInputError."""
        return parse_plan(self.content["parts"])

    @property
    def on(self) -> date:
        """The day in the Netherlands on which it was left so."""
        return day_of(self.at)

    @property
    def parsed(self) -> PlanVersion:
        """The version as documents show it. Raise InvalidInputError."""
        return PlanVersion(self.plan, self.number, self.on, str(self.by))
