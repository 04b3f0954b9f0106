"""What the service refuses in CreateAssociation and UpdateAssociation."""

import re

from moto.ssm.exceptions import InvalidDocument, InvalidDocumentVersion, SSMException, ValidationException

RATE = re.compile(r"rate\((\d+) (minutes?|hours?|days?)\)")
MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
SCHEDULES = (RATE, re.compile(r"cron\(\S+( \S+){4,6}\)"), re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)"))
PATTERNS = {
    "AssociationName": r"[a-zA-Z0-9_\-.]{3,128}",
    "ComplianceSeverity": "CRITICAL|HIGH|MEDIUM|LOW|UNSPECIFIED",
    "MaxConcurrency": r"[1-9]\d*|[1-9]\d%|[1-9]%|100%",
    "MaxErrors": r"[1-9]\d*|0|[1-9]\d%|\d%|100%",
    "SyncCompliance": "AUTO|MANUAL",
}
TARGET_KEY = re.compile(r"InstanceIds|tag-key|tag:.+|resource-groups:(Name|ResourceTypeFilters)")


def check(backend, request):
    document = find_document(backend, request)
    check_patterns(request)
    check_schedule(request)
    check_targets(request.get("Targets", []))
    check_parameters(document, request.get("Parameters", {}))
    check_output(request.get("OutputLocation"))


def find_document(backend, request):
    documents = backend._documents.get(request["Name"])
    if documents is None:
        raise InvalidDocument(f"Document {request['Name']} does not exist in your account")
    version = request.get("DocumentVersion", "$DEFAULT")
    document = documents.find(None if version == "$DEFAULT" else version, strict=False)
    if document is None:
        raise InvalidDocumentVersion(f"Document {request['Name']} has no version {version}")
    return document


def check_patterns(request):
    for name, pattern in PATTERNS.items():
        value = request.get(name)
        if value is not None and not re.fullmatch(pattern, value):
            raise ValidationException(f"Value '{value}' at '{name}' failed to satisfy constraint: {pattern}")


def check_schedule(request):
    expression = request.get("ScheduleExpression")
    if expression is None:
        if request.get("ApplyOnlyAtCronInterval"):
            raise ValidationException("ApplyOnlyAtCronInterval needs a ScheduleExpression")
        return
    if not any(schedule.fullmatch(expression) for schedule in SCHEDULES):
        raise SSMException("InvalidSchedule", f"The schedule expression {expression} is not valid")
    rate = RATE.fullmatch(expression)
    if rate is None:
        return
    if int(rate[1]) * MINUTES[rate[2].rstrip("s")] < 30:
        raise SSMException("InvalidSchedule", f"{expression}: the shortest rate of an association is 30 minutes")
    if request.get("ApplyOnlyAtCronInterval"):
        raise ValidationException("ApplyOnlyAtCronInterval is not supported for rate expressions")


def check_targets(targets):
    if len(targets) > 5:
        raise ValidationException("An association has at most 5 targets")
    for target in targets:
        if not TARGET_KEY.fullmatch(target.get("Key", "")) or not target.get("Values"):
            raise SSMException("InvalidTarget", f"The target {target} is not valid")
        if len(target["Values"]) > 50:
            raise ValidationException("A target has at most 50 values")


def check_parameters(document, parameters):
    declared = document.content_json.get("parameters") or {}
    for name in parameters:
        if name not in declared:
            raise SSMException("InvalidParameters", f"Document {document.name} has no parameter {name}")
    for name, declaration in declared.items():
        if name not in parameters and "default" not in declaration:
            raise SSMException("InvalidParameters", f"Document {document.name} needs the parameter {name}")
        allowed = declaration.get("allowedValues")
        for value in parameters.get(name, []) if allowed else []:
            if value not in allowed:
                raise SSMException("InvalidParameters", f"Parameter {name} must be one of {allowed}, not {value}")


def check_output(location):
    if location is not None and not location.get("S3Location", {}).get("OutputS3BucketName"):
        raise SSMException("InvalidOutputLocation", "The output location needs a bucket")
