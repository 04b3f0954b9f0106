import type { Rule } from "./rule";

/** Rules that need the host: its agent checks them under these ids. */
export const hostRules: readonly Rule[] = [
    {
        id: "APPLY-VERIFY",
        severity: "error",
        title: "What was written must be read back; the exit code of sysctl tells nothing.",
    },
    {
        id: "BOOT-OVERRIDDEN",
        severity: "error",
        title: 'No other file may give a key another value at the next boot; onOverride: "warn" lets it pass.',
    },
    {
        id: "CC",
        severity: "error",
        title: "The host must have the congestion control, and a container must be allowed it.",
    },
    {
        id: "KEY-OWNED",
        severity: "error",
        title: "Only one tuning may set a key on a host: two would undo each other for ever.",
    },
    { id: "NAME-TAKEN", severity: "error", title: "Only one resource may have a NAME on a host." },
    {
        id: "GUARD",
        severity: "error",
        title: "A change that must be confirmed needs a guard on the host, which undoes it.",
    },
    { id: "KEY-MISSING", severity: "error", title: "The host's kernel and network namespace must have the key." },
    {
        id: "KEY-READ-ONLY",
        severity: "error",
        title: "The key must be writable: a container may not write its host's, nor any where /proc/sys is read-only.",
    },
];

/** What it warns of is of no concern where the agent applies: that loads a key's module, now and at each boot. */
export const HANDLED_BY_AGENT = "KEY-MODULE";

/** Rules about a tuning as it is declared, checked while it is resolved. */
export const declarationRules: readonly Rule[] = [
    { id: "PROFILE-UNKNOWN", severity: "error", title: "The profile must be one of those there are." },
    { id: "SET-EMPTY", severity: "error", title: "A tuning without a single parameter would tune nothing in silence." },
    {
        id: "VAL-MISSING",
        severity: "error",
        title: "A value must be given: undefined or null would tune nothing in silence.",
    },
    {
        id: "UNLISTED-TWICE",
        severity: "error",
        title: "A key is given under `parameters` or under `unlisted`, not both.",
    },
    { id: "OPTIONAL-UNSET", severity: "error", title: "A key named as optional must be set." },
    { id: "ACCEPT-UNKNOWN", severity: "error", title: "Only rules that there are can be accepted." },
    { id: "ACCEPT-EMPTY", severity: "error", title: "A warning is accepted with a reason." },
    { id: "ACCEPT-ERROR", severity: "error", title: "Only warnings can be accepted." },
];

/** What is told of files, wherever their settings come from. */
export const fileRules: readonly Rule[] = [
    {
        id: "LINE-FORMAT",
        severity: "error",
        title: 'Each line of a sysctl.conf file or a drop-in is "key = value", a remark behind # or ;, or empty.',
    },
    {
        id: "INVENTORY",
        severity: "error",
        title: "An inventory is YAML in Ansible's format, with groups, hosts and variables that are understood here.",
    },
    { id: "IMPORT", severity: "note", title: "What an import made of a file, where that could be meant otherwise." },
];
