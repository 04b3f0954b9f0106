"""SSM State Manager associations, which moto lacks: stored in moto's SSM backend, so that moto's reset forgets them.

They are validated as the service does it, and run nowhere: their status is what a test sets, `Success` unless it does.
As with the service, the first look at a new association or version finds it `Pending`.
"""

import uuid

from association_rules import check
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.ssm.exceptions import SSMException
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

SUCCESS = {"status": "Success", "detail": "Success"}
status_to_come = dict(SUCCESS)

SETTINGS = (
    "ApplyOnlyAtCronInterval", "AssociationName", "AutomationTargetParameterName", "CalendarNames",
    "ComplianceSeverity", "DocumentVersion", "MaxConcurrency", "MaxErrors", "OutputLocation", "Parameters",
    "ScheduleExpression", "ScheduleOffset", "SyncCompliance", "Targets",
)
SHORT = (
    "Name", "AssociationId", "AssociationVersion", "AssociationName", "DocumentVersion", "Targets", "Overview",
    "ScheduleExpression",
)
BY_DEFAULT = {"ApplyOnlyAtCronInterval": False, "DocumentVersion": "$DEFAULT", "Parameters": {}, "SyncCompliance": "AUTO"}


def set_status(status, detail=None):
    status_to_come.update(status=status, detail=detail or status)


def forget_status():
    status_to_come.update(SUCCESS)


def register():
    for action in (
        create_association, describe_association, update_association, delete_association, list_associations,
    ):
        setattr(SimpleSystemManagerResponse, action.__name__, action)
    SimpleSystemManagerBackend.delete_document = refuse_while_associated(SimpleSystemManagerBackend.delete_document)


def create_association(self):
    request = parameters(self, "Name", *SETTINGS)
    check(self.ssm_backend, request)
    now = utcnow()
    association = {"AssociationId": str(uuid.uuid4()), "AssociationVersion": "1", "Date": now}
    stored(self.ssm_backend)[association["AssociationId"]] = association
    return renew(association, request, now)


def update_association(self):
    """A new version with what the request says; what it leaves out is gone, as with the service."""
    association = find(self)
    request = {"Name": association["Name"], **parameters(self, "Name", *SETTINGS)}
    if request["Name"] != association["Name"]:
        raise SSMException("InvalidUpdate", "The document of an association cannot be changed.")
    check(self.ssm_backend, request)
    association["AssociationVersion"] = str(int(association["AssociationVersion"]) + 1)
    for setting in SETTINGS:
        association.pop(setting, None)
    return renew(association, request, utcnow())


def renew(association, request, now):
    association.update({**BY_DEFAULT, "Targets": [], **request})
    association["LastUpdateAssociationDate"] = now
    association["Overview"] = {"Status": "Pending", "DetailedStatus": "Creating"}
    return ActionResult({"AssociationDescription": dict(association)})


def describe_association(self):
    association = find(self)
    described = dict(association)
    association["Overview"] = {"Status": status_to_come["status"], "DetailedStatus": status_to_come["detail"]}
    return ActionResult({"AssociationDescription": described})


def delete_association(self):
    del stored(self.ssm_backend)[find(self)["AssociationId"]]
    return EmptyResult()


def list_associations(self):
    return ActionResult({"Associations": [
        {key: association[key] for key in SHORT if key in association}
        for association in stored(self.ssm_backend).values()
    ]})


def find(response):
    association = stored(response.ssm_backend).get(response._get_param("AssociationId"))
    if association is None:
        raise SSMException("AssociationDoesNotExist", "The specified association does not exist.")
    return association


def stored(backend):
    """In the instance itself: a reset of moto empties that."""
    return backend.__dict__.setdefault("state_manager_associations", {})


def parameters(response, *names):
    values = {name: response._get_param(name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def refuse_while_associated(delete_document):
    def delete(self, name, *args, **kwargs):
        if any(association["Name"] == name for association in stored(self).values()):
            raise SSMException(
                "AssociatedInstances",
                "You must disassociate a document from all managed nodes before you can delete it.",
            )
        return delete_document(self, name, *args, **kwargs)
    return delete
