"""Instance refreshes of Auto Scaling groups, which moto lacks: recorded, and they replace no instance."""

import uuid

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

ACTIVE = ("Pending", "InProgress")


def register():
    for action in (start_instance_refresh, cancel_instance_refresh, describe_instance_refreshes):
        setattr(AutoScalingResponse, action.__name__, action)


def start_instance_refresh(self):
    refreshes = of_group(self)
    if any(refresh["Status"] in ACTIVE for refresh in refreshes):
        raise AutoscalingClientError("InstanceRefreshInProgress", "An Instance Refresh is already in progress.")
    refresh = {
        "InstanceRefreshId": str(uuid.uuid4()),
        "AutoScalingGroupName": self._get_param("AutoScalingGroupName"),
        "Strategy": self._get_param("Strategy", "Rolling"),
        "Preferences": self._get_param("Preferences", {}),
        "Status": "InProgress",
        "StartTime": utcnow(),
    }
    refreshes.insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


def cancel_instance_refresh(self):
    for refresh in of_group(self):
        if refresh["Status"] in ACTIVE:
            refresh["Status"] = "Cancelled"
            return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})
    raise AutoscalingClientError("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found.")


def describe_instance_refreshes(self):
    """The newest first."""
    ids = self._get_param("InstanceRefreshIds", [])
    found = [refresh for refresh in of_group(self) if not ids or refresh["InstanceRefreshId"] in ids]
    return ActionResult({"InstanceRefreshes": found})


def of_group(response):
    backend = response.autoscaling_backend
    name = response._get_param("AutoScalingGroupName")
    if name not in backend.autoscaling_groups:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
    # In the backend itself: a reset of moto empties that.
    return backend.__dict__.setdefault("instance_refreshes", {}).setdefault(name, [])
