import { quote } from "../diagnostic";
import { checkName, renderDropIn } from "../drop-in";
import type { ProfileName } from "../profiles";
import { isProfileName, profileNames } from "../profiles";
import { resolveSettings } from "../settings";
import { suggest } from "../suggest";
import { dottedKey } from "../sysctl-file";
import type { Arguments, Command } from "./command";
import { UsageError } from "./command";
import { countBySeverity, formatFindings } from "./findings";
import { readTarget, targetOptions } from "./target";

/** `tcp-tuning render`: the drop-in that a profile and parameters come to. */
export const render: Command = {
    summary: "print the drop-in of a profile and parameters",
    usage: "--profile PROFILE [options]",
    description:
        "Prints a file for /etc/sysctl.d, and what is to be said about it on standard error.\n\n" +
        "Exit code: 0 printed, 1 errors (and then nothing is printed on standard output), 2 wrong usage.",
    options: {
        profile: { value: "PROFILE", help: `one of ${profileNames.join(", ")}` },
        set: { value: "KEY=VALUE", help: "a parameter, over the profile's value", repeatable: true },
        unlisted: { value: "KEY=VALUE", help: "a key that is not in the catalogue", repeatable: true },
        optional: { value: "KEY", help: "a key that the host's kernel may lack", repeatable: true },
        accept: { value: "ID=REASON", help: "a warning taken knowingly, such as TW-CAP-LOW=agreed", repeatable: true },
        name: { value: "NAME", help: "name in the head of the file; the profile's, if not given" },
        ...targetOptions,
    },
    run(args, { colour }) {
        if (args.files.length > 0) {
            throw new UsageError(`render takes options only. Received: ${quote(args.files[0]!)}.`);
        }
        const profile = readProfile(args);
        const accept = readPairs(args, "accept");
        const tuning = {
            profile,
            parameters: readPairs(args, "set", dottedKey),
            unlisted: readPairs(args, "unlisted", dottedKey),
            optional: args.texts("optional").map(dottedKey),
            accept,
        };
        const { settings, diagnostics } = resolveSettings(tuning, readTarget(args));
        const name = readName(args, profile);
        // What the profile itself accepts is in its documentation, and would only hide what is new.
        const told = diagnostics.filter(({ id, accepted }) => accepted === undefined || Object.hasOwn(accept, id));
        const stderr = formatFindings(told, colour);
        return countBySeverity(diagnostics).error > 0
            ? { exitCode: 1, stderr }
            : { exitCode: 0, stderr, stdout: renderDropIn(name, settings) };
    },
};

function readProfile(args: Arguments): ProfileName | undefined {
    const name = args.text("profile");
    if (name === undefined || isProfileName(name)) {
        return name;
    }
    const [meant] = suggest(name, profileNames);
    throw new UsageError(
        `There is no profile ${quote(name)}. ` +
            (meant === undefined ? `Write one of ${profileNames.join(", ")}.` : `Did you mean ${meant}?`),
    );
}

function readName(args: Arguments, profile: ProfileName | undefined): string {
    const name = args.text("name") ?? profile ?? "custom";
    try {
        checkName(name, "--name");
    } catch (error) {
        throw new UsageError((error as Error).message);
    }
    return name;
}

/** `key=value` pairs; the value may hold further equal signs. */
function readPairs(args: Arguments, option: string, nameOf = (name: string) => name): Record<string, string> {
    const pairs = new Map<string, string>();
    for (const text of args.texts(option)) {
        const [, name, value] = /^\s*([^=\s]+)\s*=\s*([\s\S]*)$/.exec(text) ?? [];
        if (name === undefined || value === undefined) {
            throw new UsageError(`--${option} takes ${render.options[option]!.value}. Received: ${quote(text)}.`);
        }
        const key = nameOf(name);
        if (pairs.has(key)) {
            throw new UsageError(`--${option} gives ${key} twice. Keep one.`);
        }
        pairs.set(key, value);
    }
    return Object.fromEntries(pairs);
}
