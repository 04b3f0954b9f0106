import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { TestHosts } from "../test/support/hosts";
import { type DiffLine, lineDiff } from "./diff";

/** What stands under `tcp_tuning` in an inventory. */
export interface TuningVars {
    readonly profile?: string;
    readonly parameters?: Readonly<Record<string, number>>;
    readonly verify?: { readonly maxTimeWait: number; readonly settleSeconds?: number };
}

export const PROFILE = "high-traffic";

/** What the whole group has; one host may have more of its own. */
const groupTuning: TuningVars = { profile: PROFILE, verify: { maxTimeWait: 4500, settleSeconds: 90 } };

/** The inventory that the demo edits, as a user would. */
export class InventoryFile {
    readonly path: string;
    private readonly ownTuning = new Map<string, TuningVars>();

    constructor(
        folder: string,
        private readonly hosts: TestHosts,
    ) {
        this.path = join(folder, "inventory.yaml");
        this.write();
    }

    get text(): string {
        return readFileSync(this.path, "utf8");
    }

    /** Gives a host a `tcp_tuning` of its own, or takes it away. Returns what that changed in the file. */
    tune(host: string, tuning: TuningVars | undefined): DiffLine[] {
        const before = this.text;
        if (tuning === undefined) {
            this.ownTuning.delete(host);
        } else {
            this.ownTuning.set(host, tuning);
        }
        this.write();
        return lineDiff(before, this.text);
    }

    /** What a host has of its own. */
    ownTuningOf(host: string): TuningVars | undefined {
        return this.ownTuning.get(host);
    }

    /** The line on which something stands, counted from 1. */
    lineOf(text: string): number {
        return this.text.split("\n").findIndex((line) => line.includes(text)) + 1;
    }

    private write(): void {
        const hosts = this.hosts.hosts.map(({ name, address }) => {
            const tuning = this.ownTuning.get(name);
            return [name, { ansible_host: address, ...(tuning === undefined ? {} : { tcp_tuning: tuning }) }];
        });
        const vars = {
            ansible_user: "deploy",
            ansible_become: true,
            ansible_ssh_private_key_file: this.hosts.privateKeyFile,
        };
        const web = { vars: { tcp_tuning: groupTuning }, hosts: Object.fromEntries(hosts) };
        writeFileSync(this.path, stringify({ all: { vars, children: { web } } }, { lineWidth: 0 }));
    }
}
