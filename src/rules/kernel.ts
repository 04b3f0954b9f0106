import { quote } from "../diagnostic";

const RELEASE = /^([0-9]+)\.([0-9]+)(?:[.+~_-][A-Za-z0-9.+~_-]*)?$/;

/**
 * Version and series of a kernel release such as `6.1` or `6.1.0-18-amd64`.
 *
 * @throws Error when it is not one
 */
export function parseKernel(release: string): readonly [number, number] {
    const match = RELEASE.exec(release.trim());
    if (!match) {
        throw new Error(
            `kernel release: received ${quote(release)}, which does not start with two numbers. ` +
                'Give what `uname -r` prints, such as "6.1" or "6.1.0-18-amd64".',
        );
    }
    return [Number(match[1]), Number(match[2])];
}

/** Whether a kernel is older than a version of the catalogue (`2.4.19` counts as its series, `2.4`). */
export function isOlder(release: string, version: string): boolean {
    const [major, minor] = parseKernel(release);
    const [otherMajor, otherMinor] = version.split(".").map(Number) as [number, number];
    return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
