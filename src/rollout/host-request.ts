import { applySeconds } from "../agent/launcher";
import { type ApplyRequest, applyRequest, guardSeconds, tokenOf } from "../agent/request";
import type { SshTarget } from "../ssh";
import { type HostRequest, partsOf } from "./request";
import type { Rollout } from "./rollout";

/** Seconds that a host waits for its confirmation beyond the soak: for the way to it, and for its turn. */
const CONFIRM_SECONDS = 120;

/** What a host of a fleet is asked. */
export interface HostOrder {
    /** As the user knows it. */
    readonly name: string;
    readonly target: SshTarget;
    readonly apply: Omit<ApplyRequest, "gate">;
}

/** The request of one host in a roll-out. */
export function hostRequest({ name, target, apply }: HostOrder, rollout: Rollout): HostRequest {
    const { soakSeconds, gate } = rollout;
    const confirmWithinSeconds = guarded(apply.confirmWithinSeconds, soakSeconds);
    const request: ApplyRequest = {
        ...apply,
        confirmWithinSeconds,
        ...(apply.verify !== undefined && gate !== false && { gate }),
    };
    const { header, body } = partsOf(applyRequest(request));
    return {
        name,
        id: idOf({ ...apply, confirmWithinSeconds: undefined }, target),
        target,
        header,
        body,
        seconds: applySeconds(apply.verify),
        guardSeconds: confirmWithinSeconds,
    };
}

function guarded(asked: number | undefined, soakSeconds: number): number | undefined {
    const needed = soakSeconds > 0 ? soakSeconds + CONFIRM_SECONDS : 0;
    return asked === undefined && needed === 0 ? undefined : Math.min(Math.max(asked ?? 0, needed), guardSeconds[1]);
}

/** Neither how a roll-out goes nor how its hosts are logged in to is a reason to ask one again that has all it should. */
function idOf({ become, becomePassword, ...request }: ApplyRequest, { host, port = 22 }: SshTarget): string {
    const { header, body } = partsOf(applyRequest(request));
    return tokenOf([host, port, header, ...body].join("\n"));
}
