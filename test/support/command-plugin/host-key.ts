/**
 * The key types offered to a server, in the order of Go's SSH client. A server shows the first of them that it has,
 * and a `hostKey` of another type does not match.
 */
export const HOST_KEY_ORDER = [
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-256",
    "rsa-sha2-512",
    "ssh-rsa",
    "ssh-ed25519",
] as const;

/** The key bytes of a line in the format of `authorized_keys`: options, type, base64, comment. */
export function parseHostKey(line: string): Buffer {
    const words = line.trim().split(/\s+/);
    for (const [index, type] of words.entries()) {
        const bytes = Buffer.from(words[index + 1] ?? "", "base64");
        if (bytes.length > 4 && bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString() === type) {
            return bytes;
        }
    }
    throw new Error("failed to parse host key: ssh: no key found");
}
