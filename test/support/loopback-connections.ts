/**
 * A program: opens and closes loopback connections, client first, and prints how many.
 * Arguments: how many, and after how many seconds to end regardless.
 */
import { type AddressInfo, connect, createServer } from "node:net";

/** Few enough for the usual 1024 file descriptors: each connection has two. */
const AT_ONCE = 200;
/** Each address has the whole range of local ports, so no pair of ports is used twice, nor soon reused. */
const ADDRESSES = 250;

const [wanted = 0, seconds = 0] = process.argv.slice(2).map(Number);
let started = 0;
let closed = 0;

setTimeout(finish, seconds * 1000);

const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.resume(); // reads the end, and answers with its own
});
server.listen({ host: "0.0.0.0", port: 0, backlog: AT_ONCE }, () => {
    for (let lane = 0; lane < AT_ONCE; lane++) {
        openNext();
    }
});

function openNext(): void {
    if (started === wanted) {
        return;
    }
    const host = `127.0.0.${1 + (started++ % ADDRESSES)}`;
    const socket = connect({ host, port: (server.address() as AddressInfo).port }, () => socket.end());
    socket.resume();
    socket.on("error", fail);
    socket.on("close", () => {
        if (++closed === wanted) {
            finish();
        }
        openNext();
    });
}

function fail(error: Error): void {
    process.stderr.write(`after ${closed} of ${wanted} connections: ${error.message}\n`);
    process.exit(1);
}

function finish(): void {
    process.stdout.write(`${closed}\n`);
    process.exit(0);
}
