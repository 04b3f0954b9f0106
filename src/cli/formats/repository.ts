import { isAbsolute, relative, resolve, sep } from "node:path";

/** A file's path as a forge has it: from the top of the repository, with slashes; outside of it as it was named. */
export function repositoryPath(file: string): string {
    const top = process.env["GITHUB_WORKSPACE"] || process.env["CI_PROJECT_DIR"] || process.cwd();
    const path = relative(resolve(top), resolve(file));
    return path === "" || path.split(sep)[0] === ".." || isAbsolute(path) ? file : path.split(sep).join("/");
}
