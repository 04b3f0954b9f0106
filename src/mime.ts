import { createHash } from "node:crypto";

/** One part of a multipart message. */
export interface Part {
    /** `text/x-shellscript`; cloud-init looks at the first line of `text/plain`. */
    readonly type: string;
    /** Names the file that cloud-init makes of it; scripts run in the order of these names. @default cloud-init's own */
    readonly filename?: string;
    readonly content: string;
}

/** A MIME multipart message of these parts, each of which arrives byte for byte. A MIME message is nested as it is. */
export function multipart(parts: readonly Part[]): string {
    const boundary = boundaryFor(parts);
    return [
        `Content-Type: multipart/mixed; boundary="${boundary}"`,
        "MIME-Version: 1.0",
        "",
        ...parts.flatMap((part) => [`--${boundary}`, renderPart(part)]),
        `--${boundary}--`,
        "",
    ].join("\n");
}

/** The same for the same parts, and in none of them. */
function boundaryFor(parts: readonly Part[]): string {
    const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
    return `=${hash.slice(0, 16)}=`;
}

function renderPart({ type, filename, content }: Part): string {
    if (isMessage(content)) {
        return withoutMailbox(content);
    }
    const headers = [
        `Content-Type: ${type}; charset="utf-8"`,
        ...(filename === undefined ? [] : [`Content-Disposition: attachment; filename="${filename}"`]),
    ];
    // The blank line's end and the boundary's beginning belong to no part, so plain text keeps every byte.
    return isPlain(content)
        ? [...headers, "", content].join("\n")
        : [...headers, "Content-Transfer-Encoding: base64", "", wrapped(Buffer.from(content).toString("base64"))].join(
              "\n",
          );
}

/** How cloud-init tells a message from all else, however its header begins. */
function isMessage(content: string): boolean {
    return /^mime-version:/im.test(content.slice(0, 4096)) && /^[!-9;-~]+: ?/.test(withoutMailbox(content));
}

/** A mailbox's first line, as old make-mime scripts write it, is no header of a part. */
function withoutMailbox(content: string): string {
    return content.replace(/^From [^\n]*\n/, "");
}

/** ASCII with the line ends of Unix: what no mail parser has a reason to change. */
function isPlain(content: string): boolean {
    return /^[\t\n\x20-\x7e]*$/.test(content);
}

function wrapped(base64: string): string {
    return base64.replace(/.{76}(?=.)/g, "$&\n");
}
