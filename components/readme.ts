import * as pulumi from "@pulumi/pulumi";
import { readmeText } from "../src/readme";
import type { HostReport } from "../src/report";

/** What was verified, or was not: a `TcpTuning`, a `TcpVerification`, a `TunedInstance` or a host of a fleet. */
export interface Reporting {
    /** What the verification found on the host. @default not verified, and said so */
    readonly report?: pulumi.Output<HostReport>;
}

/**
 * Markdown about these hosts, for the stack's output `readme`, which Pulumi Cloud shows as the stack's page:
 * `export const readme = readmeOf({ web1, web2 })`, or `readmeOf(fleet.hosts)`. Also `pulumi stack output readme`.
 *
 * @param hosts by the name to show
 */
export function readmeOf(hosts: Readonly<Record<string, Reporting>>): pulumi.Output<string> {
    const reports = Object.entries(hosts).map(([name, { report }]) =>
        pulumi.output(report).apply((found) => [name, found] as const),
    );
    return pulumi.all(reports).apply((found) => readmeText(Object.fromEntries(found)));
}
