import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { tuneInventory } from "../components";
import { resolveSettings } from "../src/settings";
import { startHosts, type TestHost, type TestHosts } from "../test/support/hosts";
import { TestStack } from "../test/support/stack";
import { InventoryFile, PROFILE } from "./inventory";
import type { DemoOptions } from "./options";
import type { Page } from "./page";
import { Pulumi } from "./pulumi";
import { readHosts, type Snapshots } from "./snapshot";

export const PROJECT = "pulumi-tcp-tuning";
export const STACK = "demo";

/** The profile's parameters, as the kernel reads them back. */
export const settings: ReadonlyMap<string, string> = new Map(
    resolveSettings({ profile: PROFILE }).settings.map(({ key, value }) => [key, value]),
);

/** What every step of the demo acts on. */
export interface Scene {
    readonly options: DemoOptions;
    readonly page: Page;
    readonly hosts: TestHosts;
    /** The one that gets the load. */
    readonly first: TestHost;
    /** The one that gets a value of its own; with `--hosts 1` it is the first. */
    readonly last: TestHost;
    /** Holds the inventory. */
    readonly folder: string;
    readonly inventory: InventoryFile;
    readonly pulumi: Pulumi;
    /** The hosts before anything was done to them. */
    readonly original: Snapshots;
    /** The same parameters on the machine that the demo runs on, which must never change. */
    readonly machine: Readonly<Record<string, string>>;
    /** Aborted when the demo is interrupted. */
    readonly signal: AbortSignal;
}

/** Starts the hosts, and a stack that runs the program of Pulumi.yaml with an inventory of them. */
export async function openScene(options: DemoOptions, page: Page, signal: AbortSignal): Promise<Scene> {
    const hosts = await startHosts({ count: options.hosts, prefix: "web" });
    const [first, last] = [hosts.hosts[0], hosts.hosts.at(-1)];
    if (first === undefined || last === undefined) {
        throw new Error("startHosts returned no hosts.");
    }
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-demo-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    const inventory = new InventoryFile(folder, hosts);
    const stack = await TestStack.create({ program: tuneInventory, project: PROJECT, stack: STACK });
    await stack.setConfig({
        [`${PROJECT}:inventory`]: inventory.path,
        [`${PROJECT}:knownHosts`]: hosts.knownHostsFile,
    });
    return {
        options,
        page,
        hosts,
        first,
        last,
        folder,
        inventory,
        signal,
        pulumi: new Pulumi(stack, hosts, page, { verbose: options.verbose, signal }),
        original: await readHosts(hosts.hosts),
        machine: readMachine(),
    };
}

/** Takes everything away. Returns what is left all the same: paths of the hosts, the stack and the inventory. */
export async function closeScene({ hosts, pulumi, folder }: Scene): Promise<string[]> {
    await pulumi.stack.remove();
    rmSync(folder, { recursive: true, force: true });
    await hosts.stop();
    const paths = [folder, pulumi.stack.folder, dirname(hosts.privateKeyFile), `/sys/class/net/${hosts.uplink}`];
    return paths.filter(existsSync);
}

/** The profile's parameters on this machine, as far as its kernel has them. */
export function readMachine(): Record<string, string> {
    const paths = [...settings.keys()].map((key) => `/proc/sys/${key.replaceAll(".", "/")}`).filter(existsSync);
    return Object.fromEntries(paths.map((path) => [path, readFileSync(path, "utf8")]));
}
