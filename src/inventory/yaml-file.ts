import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { whyUnreadable } from "../unreadable";
import type { Problems } from "./problems";
import { type Node, readYaml, type YamlOptions } from "./yaml";

export interface YamlFileOptions extends YamlOptions {
    /** What follows from a file that is encrypted as a whole. @default nothing in it is used */
    readonly ifEncrypted?: string;
}

/** Reads a file of Ansible's. Undefined when nothing can be made of it, which is a problem with file and line. */
export function readYamlFile(file: string, problems: Problems, options: YamlFileOptions = {}): Node | undefined {
    const text = readText(file, problems);
    if (text?.startsWith("$ANSIBLE_VAULT;")) {
        problems.warn(
            { file, line: 1 },
            `The file is encrypted with ansible-vault, so ${options.ifEncrypted ?? "nothing in it is used"}`,
            "Keep what is needed here in a file of its own, in plain text",
        );
        return undefined;
    }
    return text === undefined ? undefined : readYaml(text, file, problems, options);
}

function readText(file: string, problems: Problems): string | undefined {
    let bytes: Buffer;
    try {
        bytes = readFileSync(file);
    } catch (error) {
        problems.add(
            { file, line: 1 },
            `The file cannot be read: ${whyUnreadable(file, error as NodeJS.ErrnoException)}`,
        );
        return undefined;
    }
    const line = lineOutsideUtf8(bytes);
    if (line !== undefined) {
        const advice = `Convert it, for example from Latin-1: iconv -f latin1 -t utf-8 ${file}`;
        problems.add({ file, line }, "This line is not UTF-8, and YAML is", advice);
        return undefined;
    }
    return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

/** No byte of a longer character is a line feed, so each line can be looked at by itself. */
function lineOutsideUtf8(bytes: Buffer): number | undefined {
    if (isUtf8(bytes)) {
        return undefined;
    }
    const lines = bytes.toString("latin1").split("\n");
    return lines.findIndex((line) => !isUtf8(Buffer.from(line, "latin1"))) + 1;
}
