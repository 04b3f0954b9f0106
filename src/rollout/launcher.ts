/*
 * How a local command starts the runner. It runs in the command plugin's process, which has the program's package nowhere: so
 * the runner, packed, is the first line of stdin, and what it is asked the rest. The command itself is the occasion alone, since
 * it is printed with every failure.
 */

const LOADER =
    'z=require("zlib");t=require("fs").readFileSync(0,"utf8");i=t.indexOf("\\n");Function("require","input","occasion",' +
    'z.brotliDecompressSync(Buffer.from(t.slice(0,i),"base64")))(require,t.slice(i+1),process.argv[1])';

/** What is given a command such as `keep`, `restore`, `create`, `update`, or `update TOKEN web1 web2`. */
export const interpreter: readonly string[] = ["node", "-e", LOADER];

/** Stores which hosts there are, and restores those that have left. */
export const KEEP = "keep";
/** Restores all hosts. */
export const RESTORE = "restore";

/** What prints a key that stays the same, in base64. */
export const keyMaker: readonly string[] = [
    "node",
    "-e",
    'console.log(require("crypto").randomBytes(32).toString("base64"))',
];

/** Why a roll-out runs. */
export interface Occasion {
    /** True for the first roll-out of a resource, whose hosts nobody else tunes. */
    readonly isNew: boolean;
    /** A drift that was seen, by its token. */
    readonly drift?: string;
    /** Hosts that are not as they were left. */
    readonly drifted: readonly string[];
}

/** Stands for the names of all hosts. */
export const EVERY_HOST = "*";

/** As a command has it in its text: `create`, `update`, or `update TOKEN web1 web2`. */
export function occasionOf(text: string): Occasion {
    const [verb, drift, ...drifted] = text.split(" ");
    return { isNew: verb === "create", drift, drifted };
}
