import { createHash } from "node:crypto";
import { launchPacked } from "./agent/launcher";
import { parseObservation, type Observation } from "./report";
import { runOverSsh, type SshTarget } from "./ssh";

/**
 * Looks at a host, read-only: what an apply of this request would find there.
 *
 * @throws Error when the host cannot be reached or does not answer as the agent does
 */
export async function observe(target: SshTarget, request: string): Promise<Observation> {
    const { code, stdout, stderr } = await runOverSsh(target, launchPacked("observe"), request);
    if (code !== 0) {
        throw new Error(`exit code ${code}: ${stderr.trim().slice(0, 500)}`);
    }
    return parseObservation(stdout);
}

/** Another one for each drift: a mend raises the generation, so that the same drift once more is another one, too. */
export function driftToken({ generation, drift }: Observation): string {
    return createHash("sha256").update(JSON.stringify([generation, drift])).digest("hex").slice(0, 12);
}

/** What an apply would change, as a table for people: key, value now, value wanted, what decides at the next boot. */
export function describeDrift({ drift, keys }: Observation): string {
    const rows = Object.entries(keys)
        .filter(([, { live, atBoot, wanted }]) => live !== undefined || (atBoot !== undefined && atBoot.value !== wanted))
        .map(([key, { live, wanted, atBoot }]) =>
            [key, live ?? wanted, wanted, atBoot === undefined ? "" : `${atBoot.by} = ${atBoot.value}`]);
    return [...drift, ...rows.length === 0 ? [] : table([["key", "now", "wanted", "at the next boot"], ...rows])].join("\n");
}

function table(rows: readonly (readonly string[])[]): string[] {
    const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
    return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd());
}
