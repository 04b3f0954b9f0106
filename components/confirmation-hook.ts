import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/** The agent has applied, and waits for its confirmation. */
const WAITS = /\bstatus 75\b/;
/** The agent ran, and has said itself what went wrong. */
const ANSWERED = /\bstatus \d+\b/;

let hooks = 0;

/**
 * Runs a guarded apply a second time, over a new connection, which confirms the first one; when that fails, says what
 * becomes of the host. It belongs to the apply command: one that failed later would leave "applied" in the state of a
 * host that has restored itself.
 */
export function confirmationHook(name: string, seconds: number, component: pulumi.Resource): pulumi.ErrorHook {
    // The engine calls from outside the program's context, where an inline program's log would not reach it.
    const tell = AsyncResource.bind((reason: string) => pulumi.log.error(reason, component));
    // Hooks need a name of their own in a program; resources of one name may have different parents.
    return new pulumi.ErrorHook(`${name}-confirmation-${++hooks}`, async ({ errors: [newest = "", ...earlier] }) => {
        if (earlier.length === 0) {
            return WAITS.test(newest);
        }
        const reason = WAITS.test(newest) ? tooLate(seconds) : ANSWERED.test(newest) ? undefined : unreachable(seconds);
        if (reason !== undefined) {
            await tell(reason);
        }
        return false;
    });
}

function unreachable(seconds: number): string {
    return (
        "The tuning was applied, and then the host could not be reached again to confirm it. So it restores itself: its " +
        `values and files are as before ${seconds} s after the apply began. The next up applies anew; find out first whether ` +
        "this tuning or the network cut the connection."
    );
}

function tooLate(seconds: number): string {
    return (
        `The tuning was applied, and no confirmation came within ${seconds} s, so the host had restored itself before it ` +
        `could be reached again. It was applied once more, unconfirmed, and is restored within ${seconds} s. The next up ` +
        "applies anew; find out first whether this tuning or the network cut the connection, or whether the host is only " +
        "slow: then raise confirmWithinSeconds."
    );
}
