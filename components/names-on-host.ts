import * as pulumi from "@pulumi/pulumi";

/** What has which NAME on its hosts, in each program that runs in this process. */
const programs = new WeakMap<object, Map<string, string>>();

/**
 * Notes a NAME as taken: two resources of one program with one NAME would have the same ledger on the same host, and change it
 * back and forth.
 *
 * @param holder What takes it, for a message: `TcpTuningFleet "web"`.
 * @returns who has it already, another one
 */
export function takeName(name: string, holder: string): string | undefined {
    const program = pulumi.runtime.getStackResource();
    if (program === undefined) {
        return undefined;
    }
    const names = programs.get(program) ?? new Map<string, string>();
    programs.set(program, names);
    const former = names.get(name);
    names.set(name, former ?? holder);
    return former === holder ? undefined : former;
}
