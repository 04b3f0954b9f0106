import { gzipSync } from "node:zlib";
import { applyRequest, verifyRequest, type ApplyRequest } from "./agent/request";
import { packedFirstBootAgent } from "./generated/agent";
import { launchInstalled, launchPacked } from "./agent/launcher";

/** A shell script for an instance's first boot: the same request to the same agent as over SSH, then the same check. */
export function userDataScript(request: ApplyRequest): string {
    const verify = verifyRequest({ ...request, receipt: "user-data" });
    return [
        "#!/bin/sh",
        `# pulumi-tcp-tuning: ${request.name}`,
        "set -e",
        `${launchPacked("apply")} <<'=request'`,
        `${applyRequest(request, packedFirstBootAgent)}=request`,
        `${launchInstalled("verify", request.name)} <<'=request'`,
        `${verify}=request`,
        "",
    ].join("\n");
}

/** What EC2 takes, counted before base64. */
const MOST_BYTES = 16_384;

/**
 * The script as EC2 takes it: in base64, gzip'd where it is too long otherwise (cloud-init unpacks it).
 *
 * @throws Error when it is too long even so, with both sizes
 */
export function userDataBase64(script: string): string {
    const plain = Buffer.from(script);
    const sent = plain.length <= MOST_BYTES ? plain : gzipSync(plain, { level: 9 });
    if (sent.length > MOST_BYTES) {
        throw new Error(`user data: ${plain.length} bytes, ${sent.length} gzip'd, and EC2 takes ${MOST_BYTES}. ` +
            "Set fewer or shorter parameters, or tune the instance over SSH.");
    }
    return sent.toString("base64");
}
