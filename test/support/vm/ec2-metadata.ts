import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";

/** EC2's instance metadata service as an instance sees it, version 2: nothing is read without a token. */

/** The address is the same for every instance. */
export const METADATA_ADDRESS = "169.254.169.254";

export interface Ec2Instance {
    readonly instanceId: string;
    readonly hostname: string;
    /** OpenSSH format: logs in as the image's own user, and as root where cloud-init lets it. */
    readonly publicKey: string;
    /** The network card's hardware address. */
    readonly mac: string;
    /** In base64. */
    readonly userData: string;
}

interface Answer {
    readonly status: number;
    readonly body: string | Buffer;
}

/** By path below the version. */
type Files = ReadonlyMap<string, string | Buffer>;

const NOT_FOUND: Answer = { status: 404, body: "" };

/** @param instance What it is at the time of a request: its user data may change. */
export function metadataServer(instance: () => Ec2Instance): Server {
    const tokens = new Set<string>();
    return createServer((request, response) => {
        const { status, body } =
            request.method === "PUT" ? issue(request, tokens) : read(request, tokens, filesOf(instance()));
        response.writeHead(status, { "content-type": "text/plain" }).end(body);
    });
}

function issue({ url, headers }: IncomingMessage, tokens: Set<string>): Answer {
    if (url !== "/latest/api/token") {
        return NOT_FOUND;
    }
    if (headers["x-aws-ec2-metadata-token-ttl-seconds"] === undefined) {
        return { status: 400, body: "" };
    }
    const token = randomUUID();
    tokens.add(token);
    return { status: 200, body: token };
}

function read({ url = "", headers }: IncomingMessage, tokens: Set<string>, files: Files): Answer {
    if (!tokens.has(String(headers["x-aws-ec2-metadata-token"]))) {
        return { status: 401, body: "" };
    }
    const path = /^\/(?:latest|\d{4}-\d\d-\d\d)\/(.*)$/.exec(url)?.[1];
    if (path === undefined) {
        return NOT_FOUND;
    }
    const body = files.get(path) ?? listing(path, [...files.keys()]);
    return body === undefined ? NOT_FOUND : { status: 200, body };
}

/** What is in a folder, one a line, folders with a slash behind them; undefined if there is no such folder. */
function listing(folder: string, paths: readonly string[]): string | undefined {
    const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
    const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
    const names = below.map((path) => path.replace(/\/.*/, "/"));
    return below.length === 0 ? undefined : [...new Set(names)].join("\n");
}

function filesOf({ instanceId, hostname, publicKey, mac, userData }: Ec2Instance): Files {
    const files = new Map<string, string | Buffer>(
        Object.entries({
            "meta-data/ami-id": "ami-0123456789abcdef0",
            "meta-data/hostname": hostname,
            "meta-data/instance-id": instanceId,
            "meta-data/instance-type": "t3.micro",
            "meta-data/local-hostname": hostname,
            "meta-data/mac": mac,
            [`meta-data/network/interfaces/macs/${mac}/device-number`]: "0",
            [`meta-data/network/interfaces/macs/${mac}/mac`]: mac,
            "meta-data/placement/availability-zone": "eu-central-1a",
            "meta-data/placement/region": "eu-central-1",
            "meta-data/public-keys/": "0=test", // the one folder whose listing has names of its own
            "meta-data/public-keys/0/openssh-key": publicKey,
            "dynamic/instance-identity/document": JSON.stringify({ instanceId, region: "eu-central-1" }),
        }),
    );
    return userData === "" ? files : files.set("user-data", Buffer.from(userData, "base64"));
}
