"""What a test asks of the server itself, under /test/, and the record of all requests to AWS."""

import json
from io import BytesIO
from urllib.parse import parse_qsl

import associations
from moto.core.base_backend import BackendDict
from moto.iam.models import iam_backends
from werkzeug.wrappers import Request, Response


class Control:
    def __init__(self, application):
        self.application = application
        self.requests = []

    def __call__(self, environ, start_response):
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = BytesIO(body)  # for moto, which reads it again
        if request.path.startswith("/test/"):
            answer = self.answer(request.path.removeprefix("/test/"), body)
            return Response(json.dumps(answer), mimetype="application/json")(environ, start_response)
        self.requests.append(describe(request, body))
        return self.application(environ, start_response)

    def answer(self, question, body):
        if question == "requests":
            return self.requests
        if question == "association-status":
            return associations.set_status(**json.loads(body))
        if question == "instance-profile":
            return create_instance_profile(**json.loads(body))
        if question == "reset":
            self.requests = []
            associations.forget_status()
            return BackendDict.reset()
        raise ValueError(f"/test/{question} is unknown")


def create_instance_profile(name):
    iam_backends["123456789012"]["aws"].create_instance_profile(name=name, path="/", role_names=[])


def describe(request, body):
    """One request: its service, its action, and its parameters as they were sent."""
    target = request.headers.get("X-Amz-Target")
    service = (request.headers.get("Authorization", "").split("/") + ["", "", "", ""])[3]
    if target is not None:
        return {"service": service, "action": target.split(".")[-1], "parameters": json.loads(body or b"{}")}
    parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
    parameters.pop("Version", None)
    return {"service": service, "action": parameters.pop("Action", ""), "parameters": parameters}
