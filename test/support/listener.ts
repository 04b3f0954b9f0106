import { spawn } from "node:child_process";
import { once } from "node:events";
import type { TestHost } from "./hosts";

/** A program on a test host that listens. */
export interface Listener {
    readonly port: number;
    /** Ends it, and waits until it is gone. */
    stop(): Promise<void>;
}

export interface ListenerOptions {
    /** @default any that is free */
    readonly port?: number;
    /** What it asks listen() for; the kernel gives at most `somaxconn`. @default 511, as nginx */
    readonly backlog?: number;
    /** @default "0.0.0.0" */
    readonly address?: string;
    /** The program's name on the host. @default "shop web", with a blank */
    readonly program?: string;
}

const script = `
    const [program, host, port, backlog] = process.argv.slice(1);
    process.title = program;
    const server = require("node:net").createServer();
    process.stdin.on("end", () => process.exit()).resume();
    server.listen({ host, port: Number(port), backlog: Number(backlog) }, () => console.log(server.address().port));`;

/** Starts a program that listens on the host, until it is stopped or the host ends. */
export async function startListener(host: TestHost, options: ListenerOptions = {}): Promise<Listener> {
    const { port = 0, backlog = 511, address = "0.0.0.0", program = "shop web" } = options;
    const enter = ["-t", String(host.pid), "-n", "-p", "--"];
    const words = [process.execPath, "-e", script, program, address, String(port), String(backlog)];
    const child = spawn("nsenter", [...enter, ...words], { stdio: ["pipe", "pipe", "inherit"] });
    const exit = once(child, "exit");
    const started = once(child.stdout, "data") as Promise<[Buffer]>;
    const failed = exit.then(() => Promise.reject(new Error(`${program} did not start`)));
    const [line] = await Promise.race([started, failed]);
    return {
        port: Number(String(line)),
        stop: async () => {
            // It ends with its input: nsenter has forked into the host's processes, and passes no signal on.
            child.stdin.end();
            await exit;
        },
    };
}
