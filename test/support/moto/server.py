"""moto's server with what it lacks for these tests.

moto's: EC2, Auto Scaling groups, SSM documents, IAM, STS. Ours: SSM associations (associations.py), instance
refreshes (instance_refreshes.py), where moto's EC2 is not as the real one (ec2_corrections.py), and the record of
requests (control.py). Prints its port in one line of JSON, and ends when its stdin does: with the process that started it.
"""

import json
import os
import sys
import threading

import associations
import ec2_corrections
import instance_refreshes
from control import Control
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


class QuietHandler(MotoRequestHandler):
    def log_request(self, *args):
        pass


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


def main():
    for part in (associations, ec2_corrections, instance_refreshes):
        part.register()
    threading.Thread(target=end_with_stdin, daemon=True).start()
    application = Control(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


main()
