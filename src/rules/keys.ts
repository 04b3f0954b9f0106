import { knownKeys, parameterOf } from "../catalogue";
import { isKeySyntax } from "../catalogue/syntax";
import { trapOf } from "../catalogue/traps";
import { quote } from "../diagnostic";
import type { Setting } from "../setting";
import { suggest } from "../suggest";
import { isOlder } from "./kernel";
import type { CheckTarget, Finding, Rule } from "./rule";
import { type ListedSetting, type SettingsView, shortName } from "./view";

/** Does a key exist, and may it be set there? */
export const keyRules: readonly Rule[] = [
    {
        id: "KEY-FORMAT",
        severity: "error",
        title: "A key is words with dots between them; only a dot in an interface's name is a slash.",
        check: ({ all }) => all.filter(({ key }) => !isKeySyntax(key)).map(malformedKey),
    },
    {
        id: "KEY-UNKNOWN",
        severity: "error",
        lesser: "warning",
        title: "A key must exist and be in the catalogue, or be given as unlisted.",
        check: ({ all }, target) =>
            all
                .filter(({ key }) => isKeySyntax(key) && !parameterOf(key) && !trapOf(key) && !target.unlisted.has(key))
                .flatMap((setting) => (target.foreign ? unknownForeignKey(setting) : unknownKey(setting))),
    },
    {
        id: "KEY-NOSUCH-TW",
        severity: "error",
        title: "No key shortens TIME_WAIT: it lasts 60 s, a constant compiled into the kernel.",
        check: ({ all }, target) =>
            all.flatMap((setting) => {
                const trap = trapOf(setting.key);
                const wanted = trap?.existsOn !== undefined && target.unlisted.has(setting.key);
                return trap && !wanted ? [{ at: setting, message: trap.why, suggestion: trap.instead }] : [];
            }),
    },
    {
        id: "KEY-REMOVED",
        severity: "error",
        title: "The key was removed from the kernel.",
        check: ({ all }) =>
            all.flatMap((setting) => {
                const parameter = parameterOf(setting.key);
                return parameter?.removed === undefined
                    ? []
                    : [
                          {
                              at: setting,
                              message:
                                  `${shortName(setting.key)} was removed in Linux ${parameter.removed} and was unsafe before: ` +
                                  `clients behind one NAT have different clocks, and their SYNs were dropped in silence`,
                              suggestion: "Leave it out; no key replaces it",
                          },
                      ];
            }),
    },
    {
        id: "KEY-TOO-NEW",
        severity: "error",
        lesser: "warning",
        title: "The key is newer than the target's kernel.",
        check: ({ listed }, target) => listed.flatMap((entry) => keyTooNew(entry, target)),
    },
    {
        id: "KEY-NOOP",
        severity: "warning",
        title: "The kernel ignores the key.",
        check: ({ listed }, { kernel }) =>
            listed.flatMap(({ setting, parameter: { ignoredSince, introduced } }) =>
                ignoredSince === undefined || (kernel !== undefined && isOlder(kernel, ignoredSince))
                    ? []
                    : [
                          {
                              at: setting,
                              message:
                                  ignoredSince === introduced
                                      ? "it has no effect: the kernel has always ignored it"
                                      : `it has had no effect since Linux ${ignoredSince}`,
                              suggestion: "Leave it out",
                          },
                      ],
            ),
    },
    {
        id: "KEY-GLOBAL-IN-NETNS",
        severity: "error",
        title: "The key belongs to the host and cannot be set in a container.",
        check: ({ listed }, target) =>
            target.container ? listed.flatMap((entry) => globalInContainer(entry, target)) : [],
    },
    {
        id: "KEY-HOST-SCOPE",
        severity: "warning",
        title: "Setting the key in a container changes the whole host.",
        check: ({ listed }, { container }) =>
            listed
                .filter(({ parameter }) => container && parameter.scope.of === "host")
                .map(({ setting }) => ({
                    at: setting,
                    message:
                        "fs.* is not divided by containers: this changes the whole host and every other container on " +
                        "it",
                    suggestion: "Set it on the host",
                })),
    },
    {
        id: "KEY-MODULE",
        severity: "warning",
        title: "The key is missing until its kernel module is loaded; the agent loads it, now and at each boot.",
        check: ({ listed }) =>
            listed.flatMap(({ setting, parameter: { module } }) =>
                module === undefined
                    ? []
                    : [
                          {
                              at: setting,
                              message: `the key is missing until the module ${module} is loaded, and a boot applies sysctl.d before that`,
                              suggestion: `Load it early: a file in /etc/modules-load.d with the line ${module}`,
                          },
                      ],
            ),
    },
    {
        id: "KEY-DUP",
        severity: "warning",
        title: "The key is set more than once; the last one wins.",
        check: duplicates,
    },
];

function malformedKey(setting: Setting): Finding {
    return {
        at: setting,
        message: 'this is not a key: it takes words of letters, digits, "_" and "-" with single dots between them',
        suggestion: setting.key.includes("/")
            ? `Write dots, as in net.ipv4.tcp_fin_timeout, and a slash only for a dot in an interface's name, as in ` +
              "net.ipv4.conf.enp3s0/200.forwarding"
            : "Write it as in net.ipv4.tcp_fin_timeout",
    };
}

function unknownKey(setting: Setting): readonly Finding[] {
    if (knownKeys.includes(setting.key)) {
        return [
            {
                at: setting,
                message: "Linux has this key, but it is not in the catalogue, so its value cannot be checked",
                suggestion: "Put it under `unlisted` to set it all the same",
            },
        ];
    }
    const meant = suggest(setting.key, knownKeys);
    return [
        {
            at: setting,
            message: "no such key is known",
            suggestion:
                meant.length > 0
                    ? `Did you mean ${meant.join(" or ")}?`
                    : "If the hosts' kernel has it, put it under `unlisted`",
        },
    ];
}

/** The key that one written in capitals, as a path or without `net.` was meant to be. */
export function intendedKey(key: string): string | undefined {
    const bare = key
        .toLowerCase()
        .replace(/^proc[./]sys[./]/, "")
        .replaceAll("/", ".");
    return [bare, `net.${bare}`].find((candidate) => candidate !== key && knownKeys.includes(candidate));
}

/** In a file about more than TCP only what looks like a known networking key is judged. */
function unknownForeignKey(setting: Setting): readonly Finding[] {
    const intended = intendedKey(setting.key);
    if (intended !== undefined && !knownKeys.includes(setting.key)) {
        return [{ at: setting, message: "no such key is known", suggestion: `Did you mean ${intended}?` }];
    }
    if (knownKeys.includes(setting.key) || !isJudgeable(setting.key)) {
        return [];
    }
    const meant = suggest(setting.key, knownKeys);
    return meant.length > 0
        ? unknownKey(setting)
        : [
              {
                  at: setting,
                  severity: "warning",
                  message: "Linux 6.18 does not have this key; an older or differently built kernel may",
                  suggestion: `Check the spelling on the host: sysctl ${setting.key}`,
              },
          ];
}

const knownFamilies = new Set(knownKeys.filter((key) => key.startsWith("net.")).map(familyOf));

/** Keys of single interfaces and of modules are too many to know: those stay unjudged. */
function isJudgeable(key: string): boolean {
    return key.split(".").length === 3 && knownFamilies.has(familyOf(key));
}

function familyOf(key: string): string {
    return key.slice(0, key.lastIndexOf("."));
}

function keyTooNew({ setting, parameter }: ListedSetting, { kernel }: CheckTarget): readonly Finding[] {
    if (kernel === undefined || setting.optional || !isOlder(kernel, parameter.introduced)) {
        return [];
    }
    const perhaps = parameter.backported !== undefined && !isOlder(kernel, parameter.backported);
    return [
        {
            at: setting,
            severity: perhaps ? "warning" : "error",
            message: perhaps
                ? `the key came with Linux ${parameter.introduced}; of the target's ${kernel} only later stable releases ` +
                  "have it"
                : `the key came with Linux ${parameter.introduced} and the target has ${kernel}`,
            suggestion: "Leave it out, or name it under `optional` to skip it where it is missing",
        },
    ];
}

function globalInContainer({ setting, parameter }: ListedSetting, { kernel }: CheckTarget): readonly Finding[] {
    const { scope } = parameter;
    const suggestion = "Set it on the host that the container runs on";
    if (scope.of === "first-namespace" && !setting.optional) {
        return [{ at: setting, message: "the key exists in the host's first network namespace only", suggestion }];
    }
    if (scope.of === "first-namespace-writable") {
        const message = "in a container the key is read-only, or missing on older kernels";
        return [{ at: setting, message, suggestion }];
    }
    if (scope.of === "namespace" && kernel !== undefined && isOlder(kernel, scope.since)) {
        const message = `before Linux ${scope.since} the key was one for the whole host, and the target has ${kernel}`;
        return [{ at: setting, message, suggestion }];
    }
    return [];
}

function* duplicates({ all }: SettingsView): Iterable<Finding> {
    const seen = new Map<string, Setting>();
    for (const setting of all) {
        const earlier = seen.get(setting.key);
        if (earlier) {
            yield { at: setting, message: duplicateMessage(setting, earlier), suggestion: "Keep one of them" };
        }
        seen.set(setting.key, setting);
    }
}

function duplicateMessage(setting: Setting, earlier: Setting): string {
    const where = earlier.location ? ` at ${earlier.location.file}:${earlier.location.line}` : " earlier";
    return earlier.value === setting.value
        ? `the same value is already set${where}`
        : `it is also set to ${quote(earlier.value)}${where}; the last one wins`;
}
