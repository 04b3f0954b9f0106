import { formatDiagnostic } from "../diagnostic";
import { expandPath } from "../home-path";
import { InventoryError } from "../inventory";
import { PatternError, selectHosts } from "../inventory/host-pattern";
import { loadTunedInventory, type TunedHost, type TunedInventory } from "../inventory/tuned";
import { lookAt } from "../look";
import { type InventoryStack, ProjectFileError, stackOfInventory } from "../pulumi-project";
import { type Arguments, type Result, type Terminal, UsageError } from "./command";
import { countLooks, formatLooks, looksAsJson } from "./looks";
import { formatWarnings, warningsOf } from "./rule-warnings";

/**
 * Looks at the hosts of the inventory that the arguments name.
 *
 * @throws UsageError for hosts that are not in it, and for files of the project that cannot be read
 */
export async function diffHosts(args: Arguments, { colour }: Terminal): Promise<Result> {
    const file = args.text("inventory");
    if (file === undefined) {
        throw new UsageError("No inventory is named. Write for example: tcp-tuning diff --inventory inventory.yaml");
    }
    const inventory = readInventory(file);
    if (inventory instanceof InventoryError) {
        return { exitCode: 2, stderr: `${inventory.message}\nNo host was looked at.\n` };
    }
    const stack = readStack(file, args);
    const hosts = chosen(inventory, args.files.length > 0 || stack.hosts === undefined ? args.files : [stack.hosts]);
    const knownHosts = args.text("known-hosts") ?? stack.knownHosts;
    // The stack's own is encrypted in its configuration.
    const becomePassword = process.env["ANSIBLE_BECOME_PASS"];
    const looks = await lookAt(hosts, { stack: stack.name, knownHosts, becomePassword });
    const { differ, notSeen } = countLooks(looks);
    const warnings = warningsOf(hosts);
    return {
        exitCode: notSeen > 0 ? 2 : differ > 0 ? 1 : 0,
        stdout: args.has("json")
            ? looksAsJson(looks, warnings)
            : formatWarnings(warnings, colour) + formatLooks(looks, colour),
        stderr: notesOn(inventory, hosts, stack)
            .map((note) => `${note}\n`)
            .join(""),
    };
}

function readInventory(file: string): TunedInventory | InventoryError {
    try {
        return loadTunedInventory(expandPath(file), "the working directory");
    } catch (error) {
        if (error instanceof InventoryError) {
            return error;
        }
        throw error;
    }
}

function readStack(file: string, args: Arguments): InventoryStack {
    try {
        return stackOfInventory(expandPath(file), { project: args.text("project"), stack: args.text("stack") });
    } catch (error) {
        throw error instanceof ProjectFileError ? new UsageError(error.message) : error;
    }
}

/** The hosts that the patterns select together; all without any. */
function chosen(inventory: TunedInventory, patterns: readonly string[]): readonly TunedHost[] {
    try {
        return patterns.length === 0 ? inventory.hosts : selectHosts(inventory, joined(patterns));
    } catch (error) {
        throw error instanceof PatternError ? new UsageError(`${error.message}.`.replace(/\?\.$/, "?")) : error;
    }
}

/** As one pattern: with a comma anywhere, colons do not separate. */
function joined(patterns: readonly string[]): string {
    return patterns.join(patterns.some((pattern) => pattern.includes(",")) ? "," : ":");
}

/** What is to be known beside the result. */
function notesOn(
    { warnings, untuned }: TunedInventory,
    hosts: readonly TunedHost[],
    { unknown, caution }: InventoryStack,
): string[] {
    const unchecked = hosts.filter(({ connection }) => connection.insecureIgnoreHostKey).map(({ name }) => name);
    return [
        ...warnings.map(formatDiagnostic),
        ...(untuned.length === 0 ? [] : [`left alone, since no tcp_tuning reaches them: ${untuned.join(", ")}`]),
        ...(unchecked.length === 0
            ? []
            : [`insecureIgnoreHostKey: the host's key was not checked: ${unchecked.join(", ")}`]),
        ...(caution === undefined ? [] : [caution]),
        ...(unknown === undefined
            ? []
            : [
                  "Only values and the next boot were compared, not what was applied before, since the name on the hosts " +
                      `is not known: ${unknown}`,
              ]),
    ];
}
