import type { Client, ClientChannel } from "ssh2";

/**
 * What ssh2 keeps inside. Its public `exec` sends environment variables without asking whether the server took
 * them, and goes on; the plugin asks, variable by variable, before it runs anything.
 */
interface Internals {
    readonly _chanMgr: { add(opened: ChannelOpened): number };
    readonly _protocol: {
        session(channel: number, window: number, packet: number): void;
        env(channel: number, name: string, value: string, wantReply: boolean): void;
        exec(channel: number, command: string, wantReply: boolean): void;
    };
}
type ChannelOpened = ((error: Error | undefined, channel: ClientChannel) => void) & { type: "session" };
interface ChannelInternals {
    readonly outgoing: { readonly id: number };
    readonly _callbacks: ((failed: boolean | Error) => void)[];
    subtype?: string;
}

const WINDOW = 2 * 1024 * 1024;
const PACKET = 32 * 1024;

/** One command on a connection: variables first, then the command. */
export interface Session {
    /** Asks the server to take a variable. A stock OpenSSH server refuses all but the locale's. */
    setenv(name: string, value: string): Promise<void>;
    /** Where the command's output, exit and end appear: listen before the start, or a short one is missed. */
    readonly channel: ClientChannel;
    start(command: string): Promise<void>;
}

export async function openSession(client: Client): Promise<Session> {
    const { _chanMgr: channels, _protocol: protocol } = client as unknown as Internals;
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
        const opened = (error: Error | undefined, made: ClientChannel) => (error ? reject(error) : resolve(made));
        protocol.session(channels.add(Object.assign(opened, { type: "session" as const })), WINDOW, PACKET);
    });
    const internals = channel as unknown as ChannelInternals;
    const { id } = internals.outgoing;
    const answer = (refused: string) =>
        new Promise<void>((resolve, reject) => {
            internals._callbacks.push((failed) => (failed ? reject(new Error(refused)) : resolve()));
        });
    return {
        setenv(name, value) {
            protocol.env(id, name, value, true);
            return answer("ssh: setenv failed");
        },
        channel,
        start(command) {
            internals.subtype = "exec";
            protocol.exec(id, command, true);
            return answer(`ssh: command ${command} failed`);
        },
    };
}
