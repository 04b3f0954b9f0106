type Listener = NodeJS.UnhandledRejectionListener;

const EVENT = "unhandledRejection";
let running = 0;
/** Those of the test runner. */
let outside: Listener[] | undefined;

/**
 * Lets a Pulumi program fail without failing the test that expects it. The Automation API learns of a program's
 * errors as unhandled rejections of this process, while it has a listener for them; node's test runner has one, too,
 * and takes each of them for a failure. Here what the Automation API hears is kept from the test runner.
 */
export async function ownRejections<T>(work: () => Promise<T>): Promise<T> {
    if (running++ === 0) {
        outside ??= process.listeners(EVENT);
        process.removeAllListeners(EVENT);
        process.on(EVENT, passOn);
    }
    try {
        return await work();
    } finally {
        if (--running === 0) {
            process.off(EVENT, passOn);
            process.on(EVENT, afterwards);
        }
    }
}

/** While a program runs, the Automation API listens, too. */
const passOn: Listener = (reason, promise) => {
    if (process.listenerCount(EVENT) === 1) {
        afterwards(reason, promise);
    }
};

/** What a program that failed had still under way when its run ended is answered a little later, by an engine that ends. */
const afterwards: Listener = (reason, promise) => {
    if ((reason as Error | undefined)?.message !== "Resource monitor is terminating") {
        outside?.forEach((listener) => listener.call(process, reason, promise));
    }
};
