import { bounds } from "./bound";
import { isKeySyntax, isSafeValue } from "./catalogue/syntax";
import { quote } from "./diagnostic";
import { isFactElement } from "./fact";
import { byKey, type Setting } from "./setting";

const LONGEST_NAME = 100;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/**
 * Refuses a name that could leave its directory or confuse a shell; `where` names the place it came from.
 *
 * @throws Error
 */
export function checkName(name: string, where = "name of the tuning on the host"): void {
    if (NAME.test(name) && name.length <= LONGEST_NAME) {
        return;
    }
    throw new Error(
        `${where}: received ${quote(name)} (${name.length} characters). It becomes part of file names, so it takes ` +
            `letters, digits, ".", "_" and "-" only, does not start with "." or "-", and has 1 to ${LONGEST_NAME} ` +
            `characters. Choose a name such as "shop-prod-web1".`,
    );
}

/**
 * The name of a tuning on its host, `project-stack-resource`, with `-` for what a file name should not have.
 *
 * @throws Error when nothing usable is left, or the result is longer than 100 characters
 */
export function nameOf(project: string, stack: string, resource: string): string {
    const joined = [project, stack, resource].join("-");
    const name = joined.replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[.-]+/, "");
    checkName(name, `name of the tuning on the host, from project, stack and resource ${quote(joined)}`);
    return name;
}

/** Where the drop-in of a name lies: it sorts after `99-sysctl.conf`, which Debian links to `/etc/sysctl.conf`. */
export function dropInPath(name: string): string {
    checkName(name);
    return `/etc/sysctl.d/99-tcp-tuning-${name}.conf`;
}

/**
 * The drop-in's text in sysctl.d syntax: the same settings in any order give the same bytes. A bound is `KEY >= VALUE`
 * or `KEY <= VALUE`, a fact `cpus*1024`; in their place the host writes the value that they come to there.
 *
 * @throws Error for a bad name, no settings, or a key or value that would not stay on its line
 */
export function renderDropIn(name: string, settings: readonly Setting[]): string {
    checkName(name);
    if (settings.length === 0) {
        throw new Error(`drop-in ${dropInPath(name)}: received no settings; an empty drop-in would tune nothing.`);
    }
    const lines = [...settings].sort(byKey).map(renderSetting);
    return [
        `# ${name}: written by pulumi-tcp-tuning. Edits here are overwritten: change the program instead.`,
        ...lines,
    ]
        .map((line) => `${line}\n`)
        .join("");
}

/** Dots before slashes: systemd-sysctl, procps and busybox all swap the two when the first separator is a dot. */
function renderSetting({ key, value, bound, computed, optional }: Setting): string {
    const isSafe = computed
        ? value.split(" ").every((element) => isFactElement(element) || isSafeValue(element))
        : isSafeValue(value);
    if (!isKeySyntax(key) || !isSafe) {
        throw new Error(
            `drop-in: ${quote(key)} = ${quote(value)} cannot be one line of sysctl.d. ` +
                "Pass only settings that resolveSettings() returned without errors.",
        );
    }
    return `${optional ? "-" : ""}${key} ${bound === undefined ? "=" : bounds[bound].operator} ${value}`;
}
