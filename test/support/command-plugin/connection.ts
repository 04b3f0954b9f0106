import { connect as connectTo } from "node:net";
import type { Duplex } from "node:stream";
import type { AnyAuthMethod, AuthenticationType, ClientChannel, ConnectConfig } from "ssh2";
import { Client, utils } from "ssh2";
import { dialTcp, withRetries } from "./dial";
import type { EngineLog } from "./engine-log";
import { HOST_KEY_ORDER, parseHostKey } from "./host-key";

/** How to reach one SSH server; every default is filled in. */
export interface Endpoint {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password?: string;
    readonly privateKey?: string;
    readonly privateKeyPassword?: string;
    readonly agentSocketPath?: string;
    readonly hostKey?: string;
    readonly dialErrorLimit: number;
    readonly perDialTimeout: number;
}

export interface Connection extends Endpoint {
    /** The bastion through which the way goes. */
    readonly proxy?: Endpoint;
}

/** An SSH connection to the host, through its bastion if it has one. */
export async function connect(connection: Connection, log: EngineLog): Promise<Client> {
    const target = await login(connection);
    const { proxy, dialErrorLimit, perDialTimeout } = connection;
    if (proxy === undefined) {
        return withRetries("Dial", dialErrorLimit, log, async () =>
            handshake(await dialTcp(connection.host, connection.port, perDialTimeout), target),
        );
    }
    try {
        const bastion = await login(proxy);
        const client = await withRetries("Dial proxy", proxy.dialErrorLimit, log, async () =>
            handshake(await dialTcp(proxy.host, proxy.port, proxy.perDialTimeout), bastion),
        );
        return await withRetries("Dial from proxy", dialErrorLimit, log, async () =>
            handshake(await forward(client, connection.host, connection.port), target),
        );
    } catch (error) {
        throw new Error(`proxy: ${(error as Error).message}`, { cause: error });
    }
}

/** What is needed to log in, once the keys are read. */
interface Login {
    readonly user: string;
    readonly methods: readonly AnyAuthMethod[];
    /** The only key that the server may show; without it any is taken. */
    readonly hostKey: Buffer | undefined;
}

/** Reads the keys. What is wrong with them is an error at once, and not dialled for. */
async function login(endpoint: Endpoint): Promise<Login> {
    const { user, password, privateKey, hostKey } = endpoint;
    const methods: AnyAuthMethod[] = [{ type: "none", username: user }];
    if (privateKey !== undefined) {
        checkPrivateKey(privateKey, endpoint.privateKeyPassword);
        const passphrase = endpoint.privateKeyPassword;
        methods.push({
            type: "publickey",
            username: user,
            key: privateKey,
            ...(passphrase === undefined ? {} : { passphrase }),
        });
    }
    if (password !== undefined) {
        methods.push({ type: "password", username: user, password });
        methods.push({
            type: "keyboard-interactive",
            username: user,
            prompt: (_name, _instructions, _lang, prompts, finish) => finish(prompts.map(() => password)),
        });
    }
    const socket = endpoint.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
    if (socket !== undefined) {
        await checkAgent(socket);
        // Go's client tries a method once: with a private key, public keys are through before the agent's turn.
        if (privateKey === undefined) {
            methods.push({ type: "agent", username: user, agent: socket });
        }
    }
    return { user, methods, hostKey: hostKey === undefined ? undefined : parseHostKey(hostKey) };
}

function checkPrivateKey(privateKey: string, passphrase: string | undefined): void {
    const parsed = utils.parseKey(privateKey, passphrase);
    if (!(parsed instanceof Error)) {
        return;
    }
    if (/encrypted/i.test(parsed.message) && passphrase === undefined) {
        throw new Error("ssh: this private key is passphrase protected");
    }
    throw new Error(passphrase === undefined ? "ssh: no key found" : "x509: decryption password incorrect");
}

function checkAgent(socket: string): Promise<void> {
    return new Promise((resolve, reject) => {
        const probe = connectTo(socket, () => (probe.destroy(), resolve()));
        probe.once("error", (error: NodeJS.ErrnoException) => {
            const reason = error.code === "ENOENT" ? "no such file or directory" : "connection refused";
            reject(new Error(`dial unix ${socket}: connect: ${reason}`));
        });
    });
}

/** Logs in over an open stream; a server that never answers is waited for, for ever. */
function handshake(stream: Duplex, { user, methods, hostKey }: Login): Promise<Client> {
    const client = new Client();
    const left = [...methods];
    const attempted = new Set<string>();
    let mismatch = false;
    return new Promise((resolve, reject) => {
        client.on("error", (error) => {
            stream.destroy();
            const reason = mismatch ? "ssh: host key mismatch" : words(error, attempted);
            reject(new Error(`ssh: handshake failed: ${reason}`));
        });
        client.once("close", () => reject(new Error("ssh: handshake failed: EOF")));
        client.once("ready", () => resolve(client));
        client.connect({
            sock: stream,
            username: user,
            readyTimeout: 0,
            algorithms: { serverHostKey: [...HOST_KEY_ORDER] },
            hostVerifier: (key: Buffer) => !(mismatch = hostKey !== undefined && !hostKey.equals(key)),
            authHandler: (allowed: Allowed, _: boolean | null, next: (method: AnyAuthMethod | false) => void) => {
                const method = nextMethod(left, allowed);
                if (method !== undefined) {
                    attempted.add(nameOf(method));
                }
                next(method ?? false);
            },
        } as ConnectConfig);
    });
}

/** The methods that the server takes; it has not yet said which when it is `null`. */
type Allowed = AuthenticationType[] | null;

function nextMethod(left: AnyAuthMethod[], allowed: Allowed): AnyAuthMethod | undefined {
    for (let method = left.shift(); method !== undefined; method = left.shift()) {
        if (allowed === null || allowed.includes(nameOf(method))) {
            return method;
        }
    }
    return undefined;
}

/** To a server, an agent's keys are public keys. */
function nameOf(method: AnyAuthMethod): AuthenticationType {
    return method.type === "agent" ? "publickey" : method.type;
}

function words(error: Error & { level?: string }, attempted: ReadonlySet<string>): string {
    if (error.level === "client-authentication") {
        const methods = [...attempted].join(" ");
        return `ssh: unable to authenticate, attempted methods [${methods}], no supported methods remain`;
    }
    return /before handshake|ECONNRESET|hang up/.test(error.message) ? "EOF" : error.message;
}

/** The reasons with which a server refuses a channel, by their numbers in RFC 4254. */
const REFUSALS: Readonly<Record<number, string>> = {
    1: "administratively prohibited",
    2: "connect failed",
    3: "unknown channel type",
    4: "resource shortage",
};

/** A connection from the bastion to the host. */
function forward(bastion: Client, host: string, port: number): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
        bastion.forwardOut("127.0.0.1", 0, host, port, (error: (Error & { reason?: number }) | undefined, channel) => {
            if (error === undefined) {
                resolve(channel);
            } else {
                const text = error.message.replace(/^.*?failure: /, "");
                reject(new Error(`ssh: rejected: ${REFUSALS[error.reason ?? 0] ?? "unknown reason"} (${text})`));
            }
        });
    });
}
