import type { Diagnostic, Location } from "./diagnostic";
import { quote } from "./diagnostic";

/** One `key = value` line of a sysctl.conf or sysctl.d file. */
export interface Assignment {
    /** With dots between the parts, whatever the file has: `net.ipv4.conf.enp3s0/200.forwarding`. May be a glob. */
    readonly key: string;
    /** As written, without the blanks around it. */
    readonly value: string;
    /** Written with `-` in front: a failure to set it is ignored. */
    readonly optional: boolean;
    /** The key is a pattern, which says nothing about keys that are set explicitly. */
    readonly glob: boolean;
    readonly location: Location;
}

export interface SysctlFile {
    readonly assignments: Assignment[];
    /** Assignments that are commented out: `#net.ipv4.tcp_tw_len = 1`. */
    readonly commented: Assignment[];
    /** `LINE-FORMAT` for lines no tool understands, `VAL-FORMAT` for line ends that end up in the value. */
    readonly diagnostics: Diagnostic[];
}

/**
 * Reads the syntax of sysctl.d(5) and sysctl.conf(5).
 *
 * @param file Name of the file, for locations only.
 */
export function parseSysctlFile(text: string, file: string): SysctlFile {
    const result: SysctlFile = { assignments: [], commented: [], diagnostics: [] };
    if (text.startsWith("\uFEFF")) {
        result.diagnostics.push(byteOrderMark(file));
    }
    const lines = text.replace(/^\uFEFF/, "").split("\n");
    const carriageReturns = lines.flatMap((line, index) => (line.endsWith("\r") ? [index + 1] : []));
    if (carriageReturns.length > 0) {
        result.diagnostics.push(windowsLineEnds(file, carriageReturns));
    }
    lines.forEach((line, index) => parseLine(trimmed(line), { file, line: index + 1 }, result));
    return result;
}

/** Without the blanks that the tools strip: a no-break space from a web page stays, and is then refused. */
function trimmed(text: string): string {
    return text.replace(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, "");
}

/** A key as the kernel's path has it: neither blanks nor characters that mean something else in the file. */
const keyPattern = /^[^\s=#;\p{Cc}]+$/u;
const commentedAssignment = /^[#;][#;\s]*(-?[a-z]\w*[./][\w./*-]+\s*=\s*[^=]+)$/;

function parseLine(line: string, location: Location, result: SysctlFile): void {
    if (line === "") {
        return;
    }
    if (line.startsWith("#") || line.startsWith(";")) {
        const inside = commentedAssignment.exec(line)?.[1];
        if (inside !== undefined) {
            result.commented.push(parseAssignment(inside, location)!);
        }
        return;
    }
    if (isExclusion(line)) {
        return;
    }
    const assignment = parseAssignment(line, location);
    if (assignment === undefined) {
        result.diagnostics.push(unparsable(line, location));
    } else {
        result.assignments.push(assignment);
    }
}

/** `-net.ipv4.conf.eth0.rp_filter` without `=` takes a key out of the globs; it sets nothing. */
function isExclusion(line: string): boolean {
    return line.startsWith("-") && keyPattern.test(trimmed(line.slice(1)));
}

function parseAssignment(line: string, location: Location): Assignment | undefined {
    const separator = line.indexOf("=");
    const optional = line.startsWith("-");
    const name = trimmed(line.slice(optional ? 1 : 0, Math.max(separator, 0)));
    if (!keyPattern.test(name)) {
        return undefined;
    }
    const value = trimmed(line.slice(separator + 1));
    return { key: dottedKey(name), value, optional, glob: /[*?[]/.test(name), location };
}

/**
 * A key in its dotted form. The first separator decides: after a dot, dots separate and a slash stands for a dot in a
 * name; after a slash it is the other way round.
 */
export function dottedKey(key: string): string {
    const path = key.replace(/^\/+/, "");
    const slashFirst = key.startsWith("/") || /[./]/.exec(path)?.[0] === "/";
    return slashFirst ? path.replace(/[./]/g, (separator) => (separator === "/" ? "." : "/")) : path;
}

function unparsable(line: string, location: Location): Diagnostic {
    return {
        id: "LINE-FORMAT",
        severity: "error",
        message:
            `${quote(line)} is not "key = value": systemd-sysctl fails on this line, ` +
            'sysctl -p prints "invalid syntax, continuing..." and ends with 0',
        suggestion: 'Write "key = value", or put # in front of a remark',
        location,
    };
}

/** Says that a file has one; its first line is read all the same. */
export const BYTE_ORDER_MARK = "The file begins with a byte order mark, which becomes part of the first key";

function byteOrderMark(file: string): Diagnostic {
    return {
        id: "LINE-FORMAT",
        severity: "error",
        message: BYTE_ORDER_MARK,
        suggestion: `Remove it: sed -i '1s/^\\xEF\\xBB\\xBF//' ${file}`,
        location: { file, line: 1 },
    };
}

function windowsLineEnds(file: string, lines: readonly number[]): Diagnostic {
    return {
        id: "VAL-FORMAT",
        severity: "error",
        message:
            `${lines.length} ${lines.length === 1 ? "line ends" : "lines end"} in CR LF: the kernel answers ` +
            "EINVAL to a value with a carriage return",
        suggestion: `Convert the line ends: sed -i 's/\\r$//' ${file}`,
        location: { file, line: lines[0]! },
    };
}
