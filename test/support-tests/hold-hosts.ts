/** A program: starts two test hosts, prints how to find what they are made of, and then does nothing until it dies. */
import { startHosts } from "../support/hosts";
import { tracesOf } from "./leftovers";

async function hold(): Promise<void> {
    process.stdout.write(`${JSON.stringify(tracesOf(await startHosts({ count: 2 })))}\n`);
    setInterval(() => undefined, 1000);
}

void hold();
