/** What a text in place of a private key may be instead, and what to do; the first that fits. */
const mistakes: readonly (readonly [looks: RegExp, what: string, advice: string])[] = [
    [/^\s*$/, "an empty text", "leave it out to use the SSH agent"],
    [/^(?:ssh|ecdsa|sk-\w+)-\S+ |-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----/, "a public key", "give the file without .pub"],
    [/^PuTTY-User-Key-File/, "a key in PuTTY's format", "convert it: puttygen FILE -O private-openssh -o NEW"],
    [/^LS0tLS1CRUdJTi/, "a key in base64", 'decode it: Buffer.from(text, "base64").toString()'],
    [
        /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/,
        "a private key without its own lines",
        "keep every line break of its file, also the last one, and begin each line at its first column",
    ],
    [
        /^(?:file:|[~.]?[\\/]|\.\.[\\/]|[A-Za-z]:[\\/]|id_\w+$|[\w.-]+\.(?:pem|key)$|[\w.-]+(?:[\\/][\w.-]+)+$)/,
        "what looks like a path",
        'read the file: readFileSync(join(homedir(), ".ssh/id_ed25519"), "utf8"), ' +
            "or keep it as a secret: pulumi config set --secret privateKey < ~/.ssh/id_ed25519",
    ],
    [/^/, "no private key", "give the text of its file, from -----BEGIN to -----END and its own lines between"],
];

/** As Go reads it, whose SSH client gets it: each marker on a line of its own, at its start. */
const FRAME = /^-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----[ \t\r]*\n[\s\S]+?\n-----END \1-----[ \t\r]*$/m;

/** Why a text cannot be a private key, and what to do, without anything of the text itself; undefined where it can. */
export function privateKeyProblem(text: string): string | undefined {
    if (FRAME.test(text)) {
        return undefined;
    }
    const [, what, advice] = mistakes.find(([looks]) => looks.test(text))!;
    return `received ${what}; ${advice}`;
}
