const FARTHEST = 2;
const MOST = 3;

/**
 * What a misspelt word may have meant: candidates at most two edits away, nearest first, then by name; failing those,
 * candidates with the same last segment, as for `tcp_rmem` or `net.core.tcp_rmem`. At most three.
 */
export function suggest(word: string, candidates: readonly string[]): readonly string[] {
    const wanted = word.toLowerCase();
    const near = candidates
        .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
        .filter(({ distance }) => distance <= FARTHEST)
        .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
        .map(({ candidate }) => candidate);
    const elsewhere = candidates.filter((candidate) => lastSegment(candidate) === lastSegment(wanted));
    return (near.length > 0 ? near : elsewhere).slice(0, MOST);
}

function lastSegment(key: string): string {
    return key.slice(key.lastIndexOf(".") + 1);
}

/** Insertions, deletions, substitutions and swaps of neighbours between two words; anything far apart is `Infinity`. */
export function editDistance(a: string, b: string): number {
    if (Math.abs(a.length - b.length) > FARTHEST) {
        return Infinity;
    }
    let beforeLast: number[] = [];
    let last = Array.from({ length: b.length + 1 }, (_, column) => column);
    for (let row = 1; row <= a.length; row++) {
        const current = [row];
        for (let column = 1; column <= b.length; column++) {
            const same = a[row - 1] === b[column - 1] ? 0 : 1;
            const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
            current[column] = Math.min(
                current[column - 1]! + 1,
                last[column]! + 1,
                last[column - 1]! + same,
                swapped ? beforeLast[column - 2]! + 1 : Infinity,
            );
        }
        beforeLast = last;
        last = current;
    }
    return last[b.length]!;
}
