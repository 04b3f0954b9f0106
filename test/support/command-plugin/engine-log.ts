import * as pulumi from "@pulumi/pulumi";
import { resetOptions } from "@pulumi/pulumi/runtime";

/** Lets this process write to the log of the engine that started it. */
export function connectToEngine(args: readonly string[]): void {
    const address = args.filter((argument) => !argument.startsWith("-")).at(-1);
    resetOptions("", "", -1, address ?? "", "", false, "");
}

/** The engine's log, as seen by one resource. */
export interface EngineLog {
    /** Shown while the resource is worked on, and gone afterwards. */
    status(line: string): Promise<void>;
    warn(line: string): Promise<void>;
    error(line: string): Promise<void>;
}

export function engineLog(urn: string): EngineLog {
    // All that the SDK's logger reads of a resource is its URN.
    const resource = { urn: pulumi.output(urn) } as unknown as pulumi.Resource;
    return {
        status: (line) => pulumi.log.info(line, resource, 0, true),
        warn: (line) => pulumi.log.warn(line, resource),
        error: (line) => pulumi.log.error(line, resource),
    };
}
