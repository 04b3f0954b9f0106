import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";

export const ROOT = path.join(__dirname, "..", "..", "..");

/** What `npm pack` tells of its tarball. */
export interface Packed {
    /** The tarball. */
    readonly file: string;
    readonly files: readonly { readonly path: string; readonly size: number }[];
    /** Bytes of the tarball, and of what is in it. */
    readonly size: number;
    readonly unpackedSize: number;
}

/** Packs what is shipped into `folder`, as it is built now. */
export function packPackage(folder: string): Packed {
    const [packed] = JSON.parse(
        execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
            cwd: ROOT,
            encoding: "utf8",
        }),
    ) as [Packed & { filename: string }];
    return { ...packed, file: path.join(folder, packed.filename) };
}

/**
 * Installs a tarball in `folder` as npm would, offline: its dependencies are this repository's. Of all else only what is
 * named in `besides` is there, so that a dependency that is not declared is missing.
 */
export function installPackage(folder: string, { file }: Packed, besides: readonly string[] = []): string {
    const modules = path.join(folder, "node_modules");
    const itself = path.join(modules, "pulumi-tcp-tuning");
    mkdirSync(itself, { recursive: true });
    execFileSync("tar", ["-xzf", file, "-C", itself, "--strip-components=1"]);
    const { dependencies } = JSON.parse(readFileSync(path.join(itself, "package.json"), "utf8"));
    for (const name of [...Object.keys(dependencies), ...besides]) {
        mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
        symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name));
    }
    return itself;
}
