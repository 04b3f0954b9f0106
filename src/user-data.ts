import { applyRequest, verifyRequest, type ApplyRequest } from "./agent/request";
import { launchInstalled, launchPacked } from "./agent/launcher";

const options = { become: false, timeoutSeconds: 120 };

/** A shell script for an instance's first boot: the same request to the same agent as over SSH, then the same check. */
export function userDataScript(request: ApplyRequest): string {
    const verify = verifyRequest({ ...request, receipt: "user-data" });
    return [
        "#!/bin/sh",
        `# pulumi-tcp-tuning: ${request.name}`,
        "set -e",
        `${launchPacked("apply", options)} <<'=request'`,
        `${applyRequest(request)}=request`,
        `${launchInstalled("verify", request.name, options)} <<'=request'`,
        `${verify}=request`,
        "",
    ].join("\n");
}
