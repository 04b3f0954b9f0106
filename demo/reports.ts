import { findReports } from "../src/find-reports";
import type { HostReport } from "../src/report";
import type { Run, TestStack } from "../test/support/stack";

/** The reports of all hosts, as they stand in the stack's state. */
export async function readReports(stack: TestStack): Promise<HostReport[]> {
    const { reports } = findReports(await stack.exportState());
    return [...reports].sort((a, b) => a.host.localeCompare(b.host, "en", { numeric: true }));
}

/** Why hosts failed, as the engine shows it with the error of the roll-out: `web1 failed: TIME_WAIT is …`. */
export function failures({ diagnostics }: Run): string[] {
    return diagnostics
        .filter(({ severity }) => severity === "error")
        .flatMap(({ message }) => message.split("\n"))
        .filter((line) => /^\S+ failed: /.test(line));
}

/** The stack's `summary` output: one line for each host. */
export function readSummary(outputs: Record<string, { readonly value: unknown }>): [host: string, line: string][] {
    return Object.entries((outputs["summary"]?.value ?? {}) as Record<string, string>).sort(([a], [b]) =>
        a.localeCompare(b, "en", { numeric: true }),
    );
}
