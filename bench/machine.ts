import { cpus, loadavg, release, totalmem } from "node:os";
import { provideEngine } from "../test/support/engine";
import { run } from "../test/support/hosts/run";
import { ansibleVersion, collectionVersion } from "./peers/ansible";

/** What figures depend on. */
export interface Machine {
    readonly cores: number;
    readonly processor: string;
    readonly memoryBytes: number;
    readonly kernel: string;
    readonly node: string;
    readonly ssh: string;
    /** @default not installed */
    readonly ansible?: string;
    /** @default not installed */
    readonly ansiblePosix?: string;
    readonly engine: string;
    /** Pulumi's own command plugin, or this repository's stand-in, which is slower to start. */
    readonly commandPlugin: "installed" | "stand-in";
    /** The switches and numbers of the engine that the environment sets. */
    readonly engineSettings: Readonly<Record<string, string>>;
    /** Of the last 1, 5 and 15 minutes. */
    readonly loadAverage: readonly number[];
}

export async function describeMachine(): Promise<Machine> {
    const loadAverage = loadavg(); // first: what follows is work, too
    const [engine, ssh, ansible, ansiblePosix] = await Promise.all([
        provideEngine(),
        run(["ssh", "-V"]),
        ansibleVersion(),
        collectionVersion(),
    ]);
    return {
        cores: cpus().length,
        processor: cpus()[0]?.model ?? "unknown",
        memoryBytes: totalmem(),
        kernel: release(),
        node: process.versions.node,
        ssh: ssh.stderr.trim(),
        ...(ansible && { ansible }),
        ...(ansiblePosix && { ansiblePosix }),
        engine: `Pulumi ${engine.version} (${engine.origin})`,
        commandPlugin: engine.commandPlugin,
        engineSettings: engineSettings(process.env),
        loadAverage,
    };
}

/** Numbers and truth values only: of the others some are secret. */
export function engineSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
    const settings = Object.entries(environment).filter(
        (entry): entry is [string, string] =>
            entry[0].startsWith("PULUMI_") && /^(true|false|\d{1,6})$/i.test(entry[1] ?? ""),
    );
    return Object.fromEntries(settings.sort());
}
