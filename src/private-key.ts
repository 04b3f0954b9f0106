import { createHash } from "node:crypto";

/** What a text in place of a private key may be instead, and what to do; the first that fits. */
const mistakes: readonly (readonly [looks: RegExp, what: string, advice: string])[] = [
    [/^\s*$/, "an empty text", "leave it out to use the SSH agent"],
    [/^(?:ssh|ecdsa|sk-\w+)-\S+ |-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----/, "a public key", "give the file without .pub"],
    [/^PuTTY-User-Key-File/, "a key in PuTTY's format", "convert it: puttygen FILE -O private-openssh -o NEW"],
    [/^LS0tLS1CRUdJTi/, "a key in base64", 'decode it: Buffer.from(text, "base64").toString()'],
    [
        /^-----BEGIN ENCRYPTED PRIVATE KEY-----[ \t\r]*$/m,
        "a private key encrypted in PKCS#8, which the SSH client cannot open",
        "convert it: ssh-keygen -p -f FILE",
    ],
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
const FRAME =
    /^-----BEGIN ((?:(?!ENCRYPTED)[A-Z0-9]+ )*PRIVATE KEY)-----[ \t\r]*\n([\s\S]+?)\n-----END \1-----[ \t\r]*$/m;

/** Why a text cannot be a private key, and what to do, without anything of the text itself; undefined where it can. */
export function privateKeyProblem(text: string): string | undefined {
    if (FRAME.test(text)) {
        return undefined;
    }
    const [, what, advice] = mistakes.find(([looks]) => looks.test(text))!;
    return `received ${what}; ${advice}`;
}

/** What can be wrong with the passphrase of an encrypted key: there is none, or it is another key's. */
export type PassphraseMistake = "missing" | "wrong";

/** Of a key that {@link privateKeyProblem} finds nothing wrong with. */
export function passphraseMistake(key: string, passphrase: string | undefined): PassphraseMistake | undefined {
    if (!isEncrypted(key)) {
        return undefined;
    }
    return passphrase === undefined ? "missing" : opens(passphrase, key) ? undefined : "wrong";
}

export function isEncrypted(key: string): boolean {
    const [, , body = ""] = FRAME.exec(key) ?? [];
    if (/^Proc-Type: .*ENCRYPTED/m.test(body)) {
        return true;
    }
    const bytes = Buffer.from(body, "base64");
    const cipher = OPENSSH.length + 4;
    return (
        bytes.subarray(0, OPENSSH.length).equals(OPENSSH) &&
        bytes.toString("latin1", cipher, cipher + bytes.readUInt32BE(OPENSSH.length)) !== "none"
    );
}

/** How OpenSSH's own format begins; the name of the cipher follows, behind its length in four bytes. */
const OPENSSH = Buffer.from("openssh-key-v1\0");

const tried = new Map<string, boolean>();

/** Each pair is tried once: OpenSSH makes it slow on purpose, and a fleet has one key. */
function opens(passphrase: string, key: string): boolean {
    const pair = createHash("sha256").update(`${key}\0${passphrase}`).digest("hex");
    const known = tried.get(pair);
    if (known !== undefined) {
        return known;
    }
    // Loaded late: most programs have no such key.
    const { utils } = require("ssh2") as typeof import("ssh2");
    const parsed = utils.parseKey(key, passphrase);
    const fits = !(parsed instanceof Error && /passphrase/i.test(parsed.message));
    tried.set(pair, fits);
    return fits;
}
