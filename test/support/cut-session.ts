import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { launchPacked } from "../../src/agent/launcher";
import type { TestHost, TestHosts } from "./hosts";
import { type CommandResult, run } from "./hosts/run";

/** Runs the agent by SSH as the engine does, so that its connection can be cut. */
export class CutSession {
    /** What ssh says of a connection that was cut. */
    static readonly CUT = 255;

    constructor(
        private readonly hosts: TestHosts,
        private readonly host: TestHost,
    ) {}

    /** Sends a request; returns when the agent has ended, also when it did so alone. */
    async send(verb: "apply" | "restore", request: string): Promise<CommandResult> {
        const options = ["BatchMode=yes", "IdentitiesOnly=yes", `UserKnownHostsFile=${this.hosts.knownHostsFile}`];
        const ssh = [
            "ssh",
            "-F",
            "none",
            "-i",
            this.hosts.privateKeyFile,
            ...options.flatMap((option) => ["-o", option]),
        ];
        const result = await run([...ssh, `root@${this.host.address}`, launchPacked(verb)], { input: request });
        await this.agentEnds();
        return result;
    }

    private async agentEnds(): Promise<void> {
        const isAtWork = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -qE '[t]cp-tuning (apply|restore)'";
        for (let tries = 0; (await this.host.exec(isAtWork)).code === 0; tries++) {
            assert.ok(tries < 600, "the agent has ended");
            await sleep(50);
        }
    }
}
