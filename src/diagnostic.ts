/** How much a finding weighs: an error stops everything, a warning can be accepted, a note only informs. */
export type Severity = "error" | "warning" | "note";

/** Where a finding stands in a file, counted from 1. */
export interface Location {
    readonly file: string;
    readonly line: number;
}

/** One finding about one or more parameters. */
export interface Diagnostic {
    /** Stable rule id, for example `TRIPLE-ORDER`. */
    readonly id: string;
    readonly severity: Severity;
    /** What is wrong and why, in one sentence; `formatDiagnostic` puts key and value before it. */
    readonly message: string;
    /** What to write instead. */
    readonly suggestion?: string;
    /** The parameter concerned, with dots. */
    readonly key?: string;
    /** The value as it was received. */
    readonly value?: string;
    readonly location?: Location;
    /** Why this warning was accepted, when it was. */
    readonly accepted?: string;
}

/** Longer values are cut in messages: a pasted file must not flood a terminal. */
const LONGEST_QUOTE = 120;

/** A value in double quotes, on one line whatever it holds. */
export function quote(value: string): string {
    const short = value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value;
    return printable(JSON.stringify(short));
}

/** Any value as it would be written, for messages: `"5"` for text, `5` for a number. */
export function written(value: unknown): string {
    try {
        return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
    } catch {
        return quote(String(value));
    }
}

/**
 * Control characters, line separators and marks of writing direction as `\uXXXX`, so that a line stays a line, a terminal
 * is not driven, and a name reads in the order in which it is written.
 */
export function printable(text: string): string {
    return text.replace(
        /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/**
 * One line for people: `error TRIPLE-ORDER net.ipv4.tcp_mem = "3 2 1": what is wrong. What to write instead.`,
 * with `file:line: ` before it where the place is known, and the reason behind it where a warning was accepted.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
    const { severity, location } = diagnostic;
    const place = location ? `${location.file}:${location.line}: ` : "";
    return `${printable(place)}${severity} ${describeDiagnostic(diagnostic)}`;
}

/** The same without severity and place, for where they are told in another way. */
export function describeDiagnostic(diagnostic: Diagnostic): string {
    const { id, message, suggestion, key, value, accepted } = diagnostic;
    const subject = [key, value === undefined ? undefined : quote(value)]
        .filter((part) => part !== undefined)
        .join(" = ");
    const sentences = [message, suggestion, accepted === undefined ? undefined : `Accepted: ${accepted}`].filter(
        (sentence) => sentence !== undefined && sentence !== "",
    );
    const head = [id, subject].filter((part) => part !== "").join(" ");
    return printable(`${head}: ${sentences.map(endSentence).join(" ")}`);
}

/** A text with one full stop behind it, or its own question mark. */
export function endSentence(text: string | undefined = ""): string {
    const sentence = text.replace(/[.\s]+$/, "");
    return /[?!]$/.test(sentence) ? sentence : `${sentence}.`;
}
