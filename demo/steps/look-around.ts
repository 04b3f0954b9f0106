import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Scene } from "../scene";
import type { Step } from "./step";

export const lookAround: Step = {
    title: "Look around: hosts and stack are kept",
    async run(scene) {
        const {
            page,
            signal,
            hosts: { hosts, privateKeyFile, knownHostsFile },
        } = scene;
        page.line("To get in, as deploy (sudo -n needs no password) or root:");
        const ssh = `ssh -i ${privateKeyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHostsFile}`;
        hosts.slice(0, 3).forEach(({ name, address }) => page.line(`  ${ssh} deploy@${address}   # ${name}`));
        page.gap();
        page.line("The inventory:");
        page.line(`  ${scene.inventory.path}`);
        page.gap();
        page.line("The stack, in another shell (the first line goes to the stack's folder):");
        page.line(`  . ${writeEnvironment(scene)}`);
        page.line("  pulumi stack output summary");
        page.gap();
        page.line("Enter: go on to the last step, which gives everything back.");
        page.line("Ctrl-C: take hosts and stack away at once.");
        await enter(signal);
    },
};

/** A shell script that makes the demo's stack the one of a shell. */
function writeEnvironment({ folder, pulumi: { stack } }: Scene): string {
    const { envVars = {}, pulumiHome, workDir } = stack.automation.workspace;
    const variables = Object.entries({ ...envVars, PULUMI_HOME: pulumiHome ?? "" }).filter(
        ([name, value]) => name.startsWith("PULUMI_") && value !== "",
    );
    const exports = variables.map(([name, value]) => `export ${name}=${quote(value)}\n`);
    const { root } = stack.engine;
    const path = root === undefined ? "" : `export PATH=${quote(join(root, "bin"))}:"$PATH"\n`;
    const file = join(folder, "environment.sh");
    writeFileSync(file, `${exports.join("")}${path}cd ${quote(workDir)}\n`);
    return file;
}

function quote(word: string): string {
    return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Waits for a line. An input that is at its end has none: only an interruption ends the waiting then. */
async function enter(signal: AbortSignal): Promise<void> {
    const lines = createInterface(process.stdin);
    const alive = setInterval(() => undefined, 60_000);
    try {
        await once(lines, "line", { signal });
    } finally {
        clearInterval(alive);
        lines.close();
    }
}
