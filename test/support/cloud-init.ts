import { gunzipSync } from "node:zlib";

/** One part of user data as cloud-init hands it to its handler. */
export interface UserDataPart {
    readonly type: string;
    readonly filename?: string;
    readonly content: string;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** What cloud-init makes of user data that arrives in base64: it unpacks what is gzip'd. */
export function unpacked(base64: string): string {
    const sent = Buffer.from(base64, "base64");
    return (sent.subarray(0, 2).equals(GZIP_MAGIC) ? gunzipSync(sent) : sent).toString();
}

/** The parts of a multipart message, those of nested ones among them, in their order. */
export function partsOf(message: string): readonly UserDataPart[] {
    const [header, body] = headerAndBody(message);
    const boundary = /^content-type: *multipart\/.*boundary="?([^"\n]+)"?/im.exec(header)?.[1];
    if (boundary !== undefined) {
        return `\n${body}`
            .split(`\n--${boundary}`)
            .slice(1, -1)
            .flatMap((part) => partsOf(part.replace(/^\n/, "")));
    }
    const isEncoded = /^content-transfer-encoding: *base64/im.test(header);
    return [
        {
            type: /^content-type: *([^;\n]+)/im.exec(header)?.[1] ?? "text/plain",
            filename: /filename="([^"]+)"/.exec(header)?.[1],
            content: isEncoded ? Buffer.from(body, "base64").toString() : body,
        },
    ];
}

function headerAndBody(message: string): readonly [string, string] {
    const end = message.indexOf("\n\n");
    return [message.slice(0, end), message.slice(end + 2)];
}
