/** Lets at most `most` pieces of work run at the same time, the others in their order. */
export function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
    const waiting: (() => void)[] = [];
    let free = most;
    return async (work) => {
        if (free > 0) {
            free--;
        } else {
            await new Promise<void>((resolve) => waiting.push(resolve));
        }
        try {
            return await work();
        } finally {
            const next = waiting.shift();
            if (next === undefined) {
                free++;
            } else {
                next();
            }
        }
    };
}

/** Does `work` for every item, for at most `most` of them at the same time. */
export function inTurns<T, R>(most: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    const inTurn = turns(most);
    return Promise.all(items.map((item) => inTurn(() => work(item))));
}
