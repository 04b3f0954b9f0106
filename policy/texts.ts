import { userDataText } from "../src/user-data";

/** One text that something executes. */
export interface Text {
    /** Which one of a property's texts: `part 2 (text/cloud-config)`; empty where there is only one. */
    readonly part: string;
    readonly text: string;
}

/** The texts of user data: decoded, unpacked, and taken apart where it is MIME. */
export function userDataTexts(given: string): readonly Text[] {
    const parts = partsOf(decoded(given));
    return parts.length === 1
        ? [{ part: "", text: parts[0]!.text }]
        : parts.map(({ type, text }, index) => ({ part: `part ${index + 1} (${type})`, text }));
}

/** The texts of an SSM document: those of JSON one a line, anything else as it is. */
export function documentTexts(content: string): readonly Text[] {
    try {
        return [{ part: "", text: leaves(JSON.parse(content)).join("\n") }];
    } catch {
        return [{ part: "", text: content }];
    }
}

function leaves(value: unknown): string[] {
    return typeof value === "string"
        ? [value]
        : typeof value === "object" && value !== null
          ? Object.values(value).flatMap(leaves)
          : [];
}

const BASE64 = /^(?:[A-Za-z0-9+/\s]{4,})={0,2}\s*$/;

/** From base64 where it is that, gzip'd or not; what cannot be read so is taken as it is. */
function decoded(text: string): string {
    if (!BASE64.test(text)) {
        return text;
    }
    try {
        return userDataText(text);
    } catch {
        return text;
    }
}

/** Leaves of a MIME multipart; one of anything else. */
function partsOf(message: string): readonly { readonly type: string; readonly text: string }[] {
    const [, header = "", body = ""] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(message) ?? [];
    const boundary = /^content-type: *multipart\/[\s\S]*?boundary="?([^"\r\n;]+)"?/im.exec(header)?.[1];
    if (boundary !== undefined) {
        return `\n${body}`
            .split(`\n--${boundary}`)
            .slice(1)
            .filter((part) => !part.startsWith("--"))
            .flatMap((part) => partsOf(part.replace(/^\r?\n/, "")));
    }
    const type = /^content-type: *([^;\r\n]+)/im.exec(header)?.[1];
    if (type === undefined || !/^[\w-]+:/.test(message)) {
        return [{ type: "text/plain", text: message }];
    }
    return [
        {
            type,
            text: /^content-transfer-encoding: *base64/im.test(header) ? Buffer.from(body, "base64").toString() : body,
        },
    ];
}
