import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { type AwsClients, awsClients } from "./clients";
import { provideMoto } from "./install";
import { MOTO_REGION } from "./stack-settings";

export { motoUnavailable } from "./install";

/** From dist/, which has no Python in it. */
const SERVER = path.join(__dirname, "..", "..", "..", "..", "test", "support", "moto", "server.py");

/** One request that somebody made to AWS; the parameters are as they were sent. */
export interface AwsRequest {
    /** For example `ssm`, `ec2`, `autoscaling`. */
    readonly service: string;
    readonly action: string;
    readonly parameters: Readonly<Record<string, unknown>>;
}

/** What an association says of itself from the second look on. */
export type AssociationStatus = "Pending" | "Success" | "Failed";

/** An AWS that is made up, on loopback: moto, with what server.py adds to it. */
export interface Moto {
    /** The endpoint of every service. */
    readonly url: string;
    /** For a look at it; what they ask is in `requests`, too. */
    readonly aws: AwsClients;
    /** What was asked so far, in order; of these actions only, when some are given. */
    requests(...actions: string[]): Promise<AwsRequest[]>;
    /** From now on; `Success` at the start and after `reset`. */
    setAssociationStatus(status: AssociationStatus, detail?: string): Promise<void>;
    /** An IAM instance profile, without a role: instances that name one are refused unless it is there. */
    createInstanceProfile(name: string): Promise<void>;
    /** Forgets everything: resources, requests, the status of associations. */
    reset(): Promise<void>;
    stop(): void;
}

/** Starts moto on a free port. It ends with `stop()`, and by itself when this process ends, whatever way. */
export async function startMoto(log: (line: string) => void = logToStderr): Promise<Moto> {
    const python = await provideMoto(log);
    const server = spawn(python, [SERVER], {
        // __pycache__ would lie in the working tree.
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
        stdio: ["pipe", "pipe", "pipe"],
    });
    const url = `http://127.0.0.1:${await portOf(server)}`;
    // What is running must not keep node from ending.
    server.unref();
    [server.stdin, server.stdout, server.stderr].forEach((stream) => (stream as unknown as { unref(): void }).unref());
    return describeMoto(url, server);
}

function describeMoto(url: string, server: ChildProcess): Moto {
    return {
        url,
        aws: awsClients({ region: MOTO_REGION, endpoint: url }),
        async requests(...actions) {
            const all = (await ask(url, "requests")) as AwsRequest[];
            return actions.length === 0 ? all : all.filter(({ action }) => actions.includes(action));
        },
        async setAssociationStatus(status, detail) {
            await ask(url, "association-status", { status, ...(detail !== undefined && { detail }) });
        },
        async createInstanceProfile(name) {
            await ask(url, "instance-profile", { name });
        },
        async reset() {
            await ask(url, "reset");
        },
        stop: () => void server.kill(),
    };
}

/** The first line says the port; when there is none, stderr says why. */
function portOf(server: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        let stderr = "";
        server.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-4000)));
        server.on("error", reject);
        server.on("exit", (code) => reject(new Error(`moto's server ended with exit code ${code}:\n${stderr.trim()}`)));
        createInterface({ input: server.stdout! }).once("line", (line) => {
            resolve((JSON.parse(line) as { port: number }).port);
        });
    });
}

async function ask(url: string, question: string, body: object = {}): Promise<unknown> {
    const response = await fetch(`${url}/test/${question}`, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) {
        throw new Error(`moto's server answered ${response.status} to ${question}: ${text.slice(0, 500)}`);
    }
    return JSON.parse(text);
}

function logToStderr(line: string): void {
    process.stderr.write(`moto: ${line}\n`);
}
