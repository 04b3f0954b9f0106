import { dottedKey } from "./sysctl-file";

/** A line that sets a sysctl, or writes a file that does. Never its text: a secret may stand beside. */
export interface SysctlLine {
    /** Counted from 1. */
    readonly line: number;
    /** With dots. @default the line names none that can be read */
    readonly key?: string;
    readonly by: "sysctl" | "/proc/sys" | "/etc/sysctl.conf" | "/etc/sysctl.d";
}

const KEY = String.raw`(?:net|fs|vm|kernel)(?:[./][\w*-]+)+`;
const SET = new RegExp(String.raw`(?<![\w./-])(${KEY})["']?\s*=(?!=)`, "g");
/** A call with its arguments, up to the next command. */
const CALL = /(?<![\w.-])(?:\/\S*\/)?sysctl(?![\w.-])[^|;&]*/g;
/** A call that sets something, whatever its keys are: `sysctl -w "$key=1"`. */
const SETS = /sysctl(?:[\s,]+["']?-[^\s,]+)*?[\s,]+["']?(?:-\w*w\w*\b|--write\b|(?!-)[^\s=]+=(?!=))/;
const WRITER = String.raw`(?:>\|?\s*|\btee\s+(?:-\S+\s+)*|\bof=)["']?`;
const PROC = new RegExp(String.raw`${WRITER}/proc/sys/([\w./*-]*)`, "g");
const FILE = String.raw`["']?/etc/sysctl\.(conf\b|d\b)`;
/** Redirected to, copied or downloaded to, edited, or an entry of cloud-config's write_files. */
const WRITTEN = [
    `${WRITER}${FILE}`,
    String.raw`\b(?:cp|mv|ln|install)\s[^|;&]*\s${FILE}[^\s|;&]*\s*(?:$|[|;&#\]])`,
    String.raw`\b(?:sed|perl)(?=[^|;&]*\s-\w*i)\s[^|;&]*\s${FILE}`,
    String.raw`\b(?:curl|wget)\s[^|;&]*(?:-[oO]|--output\S*)[\s=]*${FILE}`,
    String.raw`^\s*-?\s*["']?path["']?\s*:\s*${FILE}`,
].map((pattern) => new RegExp(pattern));

/** The lines of a script, a cloud-config or a document that set sysctls. */
export function sysctlLines(text: string): readonly SysctlLine[] {
    const lines = text.split(/\r?\n/).map((line) => (/^\s*#/.test(line) ? "" : line));
    const file = fileWritten(lines);
    return lines.flatMap((line, index) => {
        const set = keysIn(line, SET);
        const goesOn = line.endsWith("\\");
        const calls = set.length === 0 && goesOn ? [] : (joined(lines, index).match(CALL) ?? []);
        const called = calls.flatMap((call) => keysIn(call, SET));
        const found: readonly Omit<SysctlLine, "line">[] = [
            ...keysIn(line, PROC).map((key) => ({ ...(key !== "" && { key }), by: "/proc/sys" as const })),
            ...set.filter((key) => called.includes(key)).map((key) => ({ key, by: "sysctl" as const })),
            ...set.filter((key) => file !== undefined && !called.includes(key)).map((key) => ({ key, by: file!.by })),
            ...(called.length === 0 && !goesOn && calls.some((call) => SETS.test(call))
                ? [{ by: "sysctl" as const }]
                : []),
            ...(file?.index === index && !lines.some((other) => keysIn(other, SET).length > 0)
                ? [{ by: file.by }]
                : []),
        ];
        return found.map((what) => ({ line: index + 1, ...what }));
    });
}

/** The first line that writes such a file; what it writes may stand on any other one. */
function fileWritten(lines: readonly string[]): { readonly index: number; readonly by: SysctlLine["by"] } | undefined {
    const matches = lines.map((line) =>
        line.includes("/etc/sysctl.") ? WRITTEN.map((pattern) => pattern.exec(line)?.[1]).find(Boolean) : undefined,
    );
    const index = matches.findIndex(Boolean);
    return index < 0 ? undefined : { index, by: matches[index] === "d" ? "/etc/sysctl.d" : "/etc/sysctl.conf" };
}

/** A line with those before it that go on in it. */
function joined(lines: readonly string[], index: number): string {
    let first = index;
    while (lines[first - 1]?.endsWith("\\")) {
        first--;
    }
    return lines.slice(first, index + 1).join(" ");
}

function keysIn(line: string, pattern: RegExp): string[] {
    return [...line.matchAll(pattern)].map(([, key = ""]) => dottedKey(key));
}
