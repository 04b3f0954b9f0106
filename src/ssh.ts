import type { AnyAuthMethod, Client, ConnectConfig } from "ssh2";

/** How to reach an SSH server; the host's key is checked where it is given. */
export interface SshTarget {
    readonly host: string;
    /** @default 22 */
    readonly port?: number;
    /** @default "root" */
    readonly user?: string;
    readonly password?: string;
    readonly privateKey?: string;
    readonly privateKeyPassword?: string;
    /** One line: type and base64. @default any key is taken */
    readonly hostKey?: string;
    /** The bastion through which the way goes. */
    readonly proxy?: SshTarget;
}

/** What a command left behind. */
export interface SshResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

const CONNECT_MS = 10_000;
const WHOLE_MS = 20_000;

/**
 * Runs one command on a host, with its standard input, over a connection of its own. Bounded: 10 s for a connection,
 * 20 s for all.
 *
 * @throws Error in words, without anything of the credentials
 */
export async function runOverSsh(target: SshTarget, command: string, input: string): Promise<SshResult> {
    const clients: Client[] = [];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${WHOLE_MS / 1000} s`)), WHOLE_MS);
    });
    try {
        return await Promise.race([late, (async () => execute(await connect(target, clients), command, input))()]);
    } finally {
        clearTimeout(timer);
        clients.forEach((client) => client.end());
    }
}

async function connect(target: SshTarget, clients: Client[]): Promise<Client> {
    const { proxy, host, port = 22 } = target;
    if (proxy === undefined) {
        return login(target, { host, port }, clients);
    }
    const bastion = await login(proxy, { host: proxy.host, port: proxy.port ?? 22 }, clients);
    const sock = await new Promise<ConnectConfig["sock"]>((resolve, reject) =>
        bastion.forwardOut("127.0.0.1", 0, host, port, (error, channel) => (error ? reject(error) : resolve(channel))));
    return login(target, { sock }, clients);
}

async function login(target: SshTarget, way: ConnectConfig, clients: Client[]): Promise<Client> {
    // Loaded late: most programs observe nothing.
    const { Client: SshClient } = await import("ssh2");
    const { user = "root", hostKey } = target;
    const [type, blob] = hostKey?.trim().split(/\s+/) ?? [];
    const client = new SshClient();
    clients.push(client);
    let isOther = false;
    return new Promise((resolve, reject) => {
        // Not once: a connection that breaks later must not end the program.
        client.on("error", (error) => reject(isOther ? new Error("the host shows another key than the known one") : error));
        client.once("ready", () => resolve(client));
        client.connect({
            ...way,
            username: user,
            readyTimeout: CONNECT_MS,
            authHandler: methodsOf(target, user),
            hostVerifier: (key: Buffer) => !(isOther = blob !== undefined && !key.equals(Buffer.from(blob, "base64"))),
            ...type !== undefined && { algorithms: { serverHostKey: algorithmsOf(type) } },
        } as ConnectConfig);
    });
}

/** The same choices as the command plugin's: what the connection has, else the SSH agent. */
function methodsOf({ password, privateKey, privateKeyPassword }: SshTarget, username: string): AnyAuthMethod[] {
    const agent = process.env["SSH_AUTH_SOCK"];
    const methods: AnyAuthMethod[] = [];
    if (privateKey !== undefined) {
        methods.push({ type: "publickey", username, key: privateKey, passphrase: privateKeyPassword });
    } else if (agent) {
        methods.push({ type: "agent", username, agent });
    }
    if (password !== undefined) {
        methods.push({ type: "password", username, password });
        methods.push({
            type: "keyboard-interactive", username,
            prompt: (_name, _instructions, _lang, prompts, finish) => finish(prompts.map(() => password)),
        });
    }
    return methods;
}

/** An RSA key signs in newer ways than its type's name says. */
function algorithmsOf(type: string): string[] {
    return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
}

function execute(client: Client, command: string, input: string): Promise<SshResult> {
    return new Promise((resolve, reject) => {
        client.once("close", () => reject(new Error("the connection was closed")));
        client.exec(command, (error, channel) => {
            if (error) {
                reject(error);
                return;
            }
            let [stdout, stderr, code] = ["", "", 255];
            channel.on("data", (part: Buffer) => (stdout += part.toString()));
            channel.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
            channel.on("exit", (exit: number | null) => (code = exit ?? 255));
            channel.on("close", () => resolve({ code, stdout, stderr }));
            channel.end(input);
        });
    });
}
