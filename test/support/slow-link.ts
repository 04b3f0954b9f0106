import { connect, createServer, type Socket } from "node:net";

/** A port of this machine that leads to another address over a long way. */
export interface SlowLink {
    readonly port: number;
    /** How much has come over it, in bytes. */
    carried(): number;
    stop(): void;
}

/** Everything takes `delayMs` in each direction, as on a link of twice that round-trip time. */
export async function startSlowLink(host: string, port: number, delayMs: number): Promise<SlowLink> {
    const sockets = new Set<Socket>();
    let carried = 0;
    const carry = (from: Socket, to: Socket) => {
        from.on("data", (part) => {
            carried += part.length;
            setTimeout(() => to.write(part), delayMs);
        });
        from.on("end", () => setTimeout(() => to.end(), delayMs));
        from.on("error", () => to.destroy());
        sockets.add(from);
    };
    const server = createServer({ allowHalfOpen: true }, (caller) => {
        const onward = connect({ host, port, allowHalfOpen: true });
        carry(caller, onward);
        carry(onward, caller);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        port: (server.address() as { port: number }).port,
        carried: () => carried,
        stop: () => {
            server.close();
            sockets.forEach((socket) => socket.destroy());
        },
    };
}
