import type { AnyAuthMethod, Client, ConnectConfig, utils } from "ssh2";
import { isHostKey, typeOfHostKey } from "./host-key";

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
    /** One line: type and base64, or type and hash, `SHA256:…`. @default any key is taken */
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

/** A host that nobody is logged in to, so that nothing was asked of it. */
export class UnreachedError extends Error {
    public override readonly name = "UnreachedError";

    /** @param isFinal No later attempt will do better. */
    public constructor(
        message: string,
        public readonly isFinal: boolean,
    ) {
        super(message);
    }
}

export interface SshOptions {
    /** Longest time, in seconds, from the beginning to the command's end. @default 20 */
    readonly seconds?: number;
    /** Longest time, in seconds, until somebody is logged in. @default 10 */
    readonly connectSeconds?: number;
    /** Connections to bastions that are shared with other commands. @default one of its own */
    readonly bastions?: Bastions;
}

const CONNECT_SECONDS = 10;
const LEAVE_MS = 1_000;

/**
 * Runs one command on a host, with its standard input, over a connection of its own. Bounded: 10 s for a connection,
 * and `seconds` for all.
 *
 * @throws UnreachedError in words, without anything of the credentials
 * @throws Error for a connection that breaks later
 */
export async function runOverSsh(
    target: SshTarget,
    command: string,
    input: string,
    { seconds = 20, connectSeconds = CONNECT_SECONDS, bastions }: SshOptions = {},
): Promise<SshResult> {
    const clients: Client[] = [];
    const own = bastions ?? new Bastions();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
    });
    try {
        return await Promise.race([
            late,
            (async () => execute(await connect({ ...target, connectSeconds }, clients, own), command, input))(),
        ]);
    } finally {
        clearTimeout(timer);
        clients.forEach(close);
        if (own !== bastions) {
            own.close();
        }
    }
}

/** A host that fell silent never takes leave, and would keep this process from ending. */
function close(client: Client): void {
    client.end();
    setTimeout(() => client.destroy(), LEAVE_MS).unref();
}

/** One connection to each bastion for all hosts behind it: its sshd drops logins when many come at once (MaxStartups). */
export class Bastions {
    private readonly connections = new Map<string, Promise<Client>>();
    private readonly clients: Client[] = [];

    /** The connection; one that broke, or was never made, is made anew. */
    public async to(proxy: SshTarget): Promise<Client> {
        const key = JSON.stringify(proxy);
        const connection = this.connections.get(key) ?? this.open(proxy, () => this.connections.delete(key));
        this.connections.set(key, connection);
        return connection;
    }

    /** Takes leave of all of them. */
    public close(): void {
        this.clients.forEach(close);
    }

    private async open(proxy: SshTarget, forget: () => void): Promise<Client> {
        try {
            const client = await login(proxy, { host: proxy.host, port: proxy.port ?? 22 }, this.clients);
            client.once("close", forget);
            return client;
        } catch (error) {
            forget();
            throw ofBastion(proxy, error as Error);
        }
    }
}

function ofBastion({ host }: SshTarget, error: Error): Error {
    return new UnreachedError(
        `the bastion ${host}: ${error.message}`,
        error instanceof UnreachedError ? error.isFinal : true,
    );
}

/** A host, and the longest time until somebody is logged in. */
type Dialled = SshTarget & { readonly connectSeconds?: number };

async function connect(target: Dialled, clients: Client[], bastions: Bastions): Promise<Client> {
    const { proxy, host, port = 22 } = target;
    if (proxy === undefined) {
        return login(target, { host, port }, clients);
    }
    const bastion = await bastions.to(proxy);
    const sock = await new Promise<ConnectConfig["sock"]>((resolve, reject) =>
        bastion.forwardOut("127.0.0.1", 0, host, port, (error, channel) =>
            error
                ? reject(
                      new UnreachedError(
                          `the bastion ${proxy.host} does not reach ${host}:${port}: ${error.message}`,
                          false,
                      ),
                  )
                : resolve(channel),
        ),
    );
    return login(target, { sock }, clients);
}

async function login(target: Dialled, way: ConnectConfig, clients: Client[]): Promise<Client> {
    // Loaded late: most programs observe nothing.
    const {
        default: { Client: SshClient, utils },
    } = await import("ssh2");
    refuseBadKey(target, utils.parseKey);
    const { user = "root", hostKey, connectSeconds = CONNECT_SECONDS } = target;
    const client = new SshClient();
    clients.push(client);
    let isOther = false;
    return new Promise((resolve, reject) => {
        // Not once: a connection that breaks later must not end the program.
        client.on("error", (error) =>
            reject(
                isOther
                    ? new UnreachedError("the host shows another key than the known one", true)
                    : inWords(error, connectSeconds),
            ),
        );
        client.once("close", () => reject(new UnreachedError("the connection was closed", false)));
        client.once("ready", () => resolve(client));
        client.connect({
            ...way,
            username: user,
            readyTimeout: connectSeconds * 1000,
            authHandler: methodsOf(target, user),
            hostVerifier: (key: Buffer) => !(isOther = hostKey !== undefined && !isHostKey(key, hostKey)),
            ...(hostKey !== undefined && { algorithms: { serverHostKey: algorithmsOf(typeOfHostKey(hostKey)) } }),
        } as ConnectConfig);
    });
}

/** Without this, a key that cannot be read would be passed over, and the host be said to refuse the login. */
function refuseBadKey({ privateKey, privateKeyPassword }: SshTarget, parseKey: typeof utils.parseKey): void {
    const parsed = privateKey === undefined ? undefined : parseKey(privateKey, privateKeyPassword);
    if (parsed instanceof Error) {
        throw new UnreachedError(`the private key cannot be read: ${parsed.message}`, true);
    }
}

/** What node and the SSH library mean; the messages of some of their errors are empty. */
const MEANINGS: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there",
    EHOSTUNREACH: "there is no way to the host",
    ENETUNREACH: "there is no way to the host",
    ENOTFOUND: "the name is not known",
    "client-timeout": "no SSH server answered",
    "client-authentication": "the login was refused",
    agent: "the SSH agent of SSH_AUTH_SOCK does not answer",
};

function inWords(error: Error & { readonly code?: string; readonly level?: string }, seconds: number): Error {
    const { message, code, level } = error;
    const meaning = MEANINGS[code ?? ""] ?? MEANINGS[level ?? ""];
    const what = level === "client-timeout" ? `${meaning} within ${seconds} s` : meaning;
    return new UnreachedError(
        what === undefined ? message : `${what}${message === "" ? "" : ` (${message})`}`,
        level === "client-authentication" || level === "agent",
    );
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
            type: "keyboard-interactive",
            username,
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
            // A character may be split over two parts: the decoder keeps its first half.
            channel.setEncoding("utf8").on("data", (part: string) => (stdout += part));
            channel.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part));
            channel.on("exit", (exit: number | null) => (code = exit ?? 255));
            channel.on("close", () => resolve({ code, stdout, stderr }));
            channel.end(input);
        });
    });
}
