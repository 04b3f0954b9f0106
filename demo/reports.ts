import { type HostReport, parseReport } from "../src/report";
import type { Run, TestStack } from "../test/support/stack";

/** The reports of all hosts, as they stand in the stack's state. */
export async function readReports(stack: TestStack): Promise<HostReport[]> {
    const { resources = [] } = await stack.exportState();
    const outputs = resources.filter(({ urn }) => urn.endsWith("-verify")).map(({ outputs }) => outputs?.["stdout"]);
    return outputs
        .filter((text) => typeof text === "string")
        .map(parseReport)
        .sort((a, b) => a.host.localeCompare(b.host, "en", { numeric: true }));
}

/** Why a verification failed: the report that the engine shows with its error, and the agent's reason for people. */
export function failedVerification(run: Run, host: string): { report?: HostReport; reasons: string[] } {
    const lines = run.diagnostics
        .filter(({ urn, severity }) => severity === "error" && urn?.endsWith(`::${host}-verify`))
        .flatMap(({ message }) => message.split("\n"));
    const json = lines.find((line) => line.startsWith('{"schema"'));
    const reasons = lines.filter((line) => line.startsWith("tcp-tuning: "));
    return { report: json === undefined ? undefined : parseReport(json), reasons };
}

/** The stack's `summary` output: one line for each host. */
export function readSummary(outputs: Record<string, { readonly value: unknown }>): [host: string, line: string][] {
    return Object.entries((outputs["summary"]?.value ?? {}) as Record<string, string>).sort(([a], [b]) =>
        a.localeCompare(b, "en", { numeric: true }),
    );
}
