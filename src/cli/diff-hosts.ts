import { formatDiagnostic, quote } from "../diagnostic";
import { expandPath } from "../home-path";
import { InventoryError } from "../inventory";
import { loadTunedInventory, type TunedHost, type TunedInventory } from "../inventory/tuned";
import { lookAt } from "../look";
import { type InventoryStack, ProjectFileError, stackOfInventory } from "../pulumi-project";
import { suggest } from "../suggest";
import { type Arguments, type Result, type Terminal, UsageError } from "./command";
import { countLooks, formatLooks, looksAsJson } from "./looks";
import { formatWarnings, warningsOf } from "./rule-warnings";

/** As many names are shown where none is near. */
const MOST_NAMES = 10;

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
    const hosts = chosen(inventory, args.files, file);
    const stack = readStack(file, args);
    const knownHosts = args.text("known-hosts") ?? stack.knownHosts;
    const looks = await lookAt(hosts, { stack: stack.name, knownHosts });
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

/** The hosts that are named, by themselves or by a group, in the inventory's order; all if none is. */
function chosen({ hosts, untuned }: TunedInventory, names: readonly string[], file: string): readonly TunedHost[] {
    const namesOf = ({ name, groups }: TunedHost) => [name, ...groups, "all"];
    const known = [...new Set(hosts.flatMap(namesOf))];
    const unknown = names
        .filter((name) => !known.includes(name))
        .map((name) =>
            untuned.includes(name)
                ? `The host ${quote(name)} is left alone, since no tcp_tuning reaches it.`
                : `No host and no group that is tuned has the name ${quote(name)} in ${file}. ${adviceFor(name, known)}`,
        );
    if (unknown.length > 0) {
        throw new UsageError(unknown.join("\n"));
    }
    return names.length === 0 ? hosts : hosts.filter((host) => namesOf(host).some((name) => names.includes(name)));
}

function adviceFor(name: string, known: readonly string[]): string {
    const [meant] = suggest(name, known);
    const shown = known.slice(0, MOST_NAMES).join(", ");
    return meant !== undefined
        ? `Did you mean ${meant}?`
        : `Known are ${shown}${known.length > MOST_NAMES ? ", …" : ""}.`;
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
