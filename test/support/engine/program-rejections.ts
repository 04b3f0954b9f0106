type Listener = NodeJS.UnhandledRejectionListener;

const EVENT = "unhandledRejection";
let running = 0;
let outside: Listener[] = [];

/**
 * Lets a Pulumi program fail without failing the test that expects it. The Automation API learns of a program's
 * errors as unhandled rejections of this process, while it has a listener for them; node's test runner has one, too,
 * and takes each of them for a failure. Here what the Automation API hears is kept from the test runner.
 */
export async function ownRejections<T>(work: () => Promise<T>): Promise<T> {
    if (running++ === 0) {
        outside = process.listeners(EVENT);
        process.removeAllListeners(EVENT);
        process.on(EVENT, passOn);
    }
    try {
        return await work();
    } finally {
        if (--running === 0) {
            process.off(EVENT, passOn);
            outside.forEach((listener) => process.on(EVENT, listener));
        }
    }
}

const passOn: Listener = (reason, promise) => {
    if (process.listenerCount(EVENT) === 1) {
        outside.forEach((listener) => listener.call(process, reason, promise));
    }
};
