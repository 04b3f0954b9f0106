const SEGMENT = "[A-Za-z0-9_][A-Za-z0-9_-]*";
const KEY = new RegExp(`^${SEGMENT}(?:\\.${SEGMENT}(?:/${SEGMENT})*)*$`);

/** Letters, digits and what means nothing to a shell, a sysctl.d file or a terminal; single blanks between words. */
const SAFE_VALUE = /^[A-Za-z0-9_.,:/-]+(?: [A-Za-z0-9_.,:/-]+)*$/;

/**
 * Whether a key is written as `net.ipv4.tcp_rmem`: segments with dots between them, and a slash for a dot inside a
 * segment, as in `net.ipv4.conf.enp3s0/200.forwarding`. No `..`, no blank, nothing that a shell would read.
 */
export function isKeySyntax(key: string): boolean {
    return KEY.test(key);
}

/** Whether a value stays on its line and inside its shell word, whoever prints it. */
export function isSafeValue(value: string): boolean {
    return SAFE_VALUE.test(value);
}

/** Blanks and tabs as single blanks, none at the ends; other white space stays, to be refused. */
export function foldBlanks(value: string): string {
    return value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "");
}
