/** A module that changes files. */
export interface FileModule {
    /** The arguments that may name the file or folder, the usual one first. */
    readonly to: readonly string[];
    /** The argument that holds the lines themselves. @default none does */
    readonly text?: string;
    /** What it does there, where its lines are not taken. @default it writes sysctls by hand */
    readonly does?: string;
    /** The only states in which it changes what the file sets. @default any */
    readonly states?: readonly string[];
}

/** Other modules than `sysctl` that may change what a host sets, and what each means. */
export const fileModules: Readonly<Record<string, FileModule>> = {
    copy: { to: ["dest"], text: "content" },
    blockinfile: { to: ["path", "dest", "destfile", "name"], text: "block" },
    lineinfile: { to: ["path", "dest", "destfile", "name"], text: "line" },
    template: { to: ["dest"] },
    replace: { to: ["path", "dest", "destfile", "name"] },
    ini_file: { to: ["path", "dest"] },
    get_url: { to: ["dest"] },
    uri: { to: ["dest"] },
    assemble: { to: ["dest"] },
    unarchive: { to: ["dest"] },
    synchronize: { to: ["dest"] },
    patch: { to: ["dest", "basedir"] },
    file: { to: ["path", "dest", "name"], states: ["absent", "link", "hard"] },
};

/** Modules that run commands. */
export const shells: readonly string[] = ["shell", "command", "raw", "script"];

export const handModules: readonly string[] = [...Object.keys(fileModules), ...shells, "modprobe"];
