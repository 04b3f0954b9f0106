"""Where moto's EC2 is not as the real one.

It takes user data above 16 KiB, takes new user data and a new type for a running instance, and never changes what it
says of a launch template's tags.
"""

import base64

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models import launch_templates
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses import instances

LONGEST = 16384
WHILE_STOPPED = ("instance_type", "user_data")


def register():
    for module in (instances, launch_templates):
        module.parse_user_data = limited(module.parse_user_data)
    LaunchTemplate.tags = property(LaunchTemplate.get_tags, lambda self, tags: None)
    InstanceBackend.modify_instance_attribute = only_while_stopped(InstanceBackend.modify_instance_attribute)


def limited(parse):
    def parse_user_data(value):
        if isinstance(value, bytes):
            # ModifyInstanceAttribute's: moto has decoded it already, and takes it for encoded all the same.
            value = base64.b64encode(value).decode()
        if value is not None and len(base64.b64decode(value)) > LONGEST:
            raise EC2ClientError("InvalidParameterValue", f"User data is limited to {LONGEST} bytes")
        return parse(value)
    return parse_user_data


def only_while_stopped(modify):
    def modify_instance_attribute(self, instance_id, key, value):
        if key in WHILE_STOPPED and self.get_instance(instance_id).state != "stopped":
            raise EC2ClientError("IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'stopped' state.")
        return modify(self, instance_id, key, value)
    return modify_instance_attribute
