import { quote } from "../diagnostic";
import type { Target } from "../rules";
import { parseKernel } from "../rules";
import type { Arguments, Options } from "./command";
import { UsageError } from "./command";

/** What the hosts are like, for the rules that need to know. */
export const targetOptions: Options = {
    memory: { value: "SIZE", help: "RAM of the smallest host, such as 16GiB" },
    kernel: { value: "RELEASE", help: "kernel of the oldest host, such as 6.1 (see uname -r)" },
    "page-size": { value: "SIZE", help: "size of a memory page (see getconf PAGE_SIZE); 4KiB if not given" },
};

/** @throws UsageError when a size or the kernel release is not one */
export function readTarget(args: Arguments): Target {
    const [memory, kernel, pageSize] = ["memory", "kernel", "page-size"].map((option) => args.text(option));
    return {
        ...(memory !== undefined && { memoryBytes: parseSize(memory, "--memory", "16GiB") }),
        ...(kernel !== undefined && { kernel: checkedKernel(kernel) }),
        ...(pageSize !== undefined && { pageSize: parsePageSize(pageSize) }),
    };
}

const units: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `16GiB`, `16G`, `1.5TiB` or `4096B` in bytes; a bare number could mean anything. */
function parseSize(text: string, option: string, example: string): number {
    const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(?:([KMGT])(?:iB?)?|B)$/.exec(text) ?? [];
    const bytes = Number(number) * units[unit]!;
    if (number === "" || bytes < 1 || !Number.isSafeInteger(bytes)) {
        throw new UsageError(
            `${option} takes a number with B, KiB, MiB, GiB or TiB, such as ${example}. ` + `Received: ${quote(text)}.`,
        );
    }
    return bytes;
}

function parsePageSize(text: string): number {
    const bytes = parseSize(text, "--page-size", "4KiB");
    if (!Number.isInteger(Math.log2(bytes)) || bytes < 4096) {
        throw new UsageError(`--page-size takes a power of two from 4KiB, such as 64KiB. Received: ${quote(text)}.`);
    }
    return bytes;
}

function checkedKernel(release: string): string {
    try {
        parseKernel(release);
    } catch (error) {
        throw new UsageError(`--kernel: ${(error as Error).message}`);
    }
    return release;
}
