import type { ClientChannel } from "ssh2";
import { type Connection, connect } from "./connection";
import type { EngineLog } from "./engine-log";
import { Capture, type Output, previousOutput } from "./output";
import { openSession, type Session } from "./session";

/** The inputs of a `remote.Command` that matter for running it. */
export interface CommandInputs {
    readonly connection: Connection;
    readonly environment?: Readonly<Record<string, string>>;
    readonly addPreviousOutputInEnv?: boolean;
    readonly stdin?: string;
    readonly logging?: string;
}

/** Runs `command` on the host. The connection stays open until the plugin ends, as the real plugin's does. */
export async function runCommand(
    command: string,
    inputs: CommandInputs,
    previous: Output,
    log: EngineLog,
): Promise<Output> {
    const client = await connect(inputs.connection, log);
    const session = await openSession(client);
    await setEnvironment(session, inputs, previous, log);
    const { channel } = session;
    const capture = new Capture(channel, channel.stderr, inputs.logging, log);
    const ended = exitOf(channel);
    await session.start(command);
    const isSent = send(channel, inputs.stdin ?? "");
    return capture.end(command, (await ended) ?? (isSent() ? undefined : "EOF"));
}

async function setEnvironment(
    session: Session,
    inputs: CommandInputs,
    previous: Output,
    log: EngineLog,
): Promise<void> {
    for (const [name, value] of Object.entries(inputs.environment ?? {})) {
        try {
            await session.setenv(name, value);
        } catch (error) {
            await log.error(refusal(name));
            throw new Error(`could not set environment variable "${name}": ${(error as Error).message}`);
        }
    }
    for (const [name, value] of Object.entries(previousOutput(inputs.addPreviousOutputInEnv, previous))) {
        await session.setenv(name, value).catch(() => log.warn(refusal(name)));
    }
}

const refusal = (name: string) => `Unable to set '${name}': the SSH server does not accept it (AcceptEnv).`;

/** Sends all of stdin, and tells afterwards whether the server took it all. */
function send(channel: ClientChannel, stdin: string): () => boolean {
    let sent = stdin === "";
    channel.on("error", () => undefined);
    if (!sent) {
        channel.write(stdin, (error) => (sent = !error));
    }
    channel.end();
    return () => sent;
}

/** Resolves when the channel is closed: to nothing after exit status 0, to what went wrong otherwise. */
function exitOf(channel: ClientChannel): Promise<string | undefined> {
    let exit: string | undefined = "wait: remote command exited without exit status or exit signal";
    channel.on("exit", (code: number | null, signal?: string) => (exit = describeExit(code, signal)));
    return new Promise((resolve) => channel.on("close", () => resolve(exit)));
}

const SIGNALS: Readonly<Record<string, number>> = {
    HUP: 1,
    INT: 2,
    QUIT: 3,
    ILL: 4,
    ABRT: 6,
    FPE: 8,
    KILL: 9,
    SEGV: 11,
    PIPE: 13,
    ALRM: 14,
    TERM: 15,
};

function describeExit(code: number | null, signal: string | undefined): string | undefined {
    const name = signal?.replace(/^SIG/, "");
    if (name !== undefined) {
        return `Process exited with status ${128 + (SIGNALS[name] ?? 0)} from signal ${name}`;
    }
    return code === 0 ? undefined : `Process exited with status ${code}`;
}
