import { keepHosts, restoreHosts } from "./keep-hosts";
import { KEEP, occasionOf, RESTORE } from "./launcher";
import { run } from "./runner";

/*
 * What the runner's bundle begins with. The launcher gives it these two: what followed the bundle on stdin, and the occasion.
 */
declare const input: string;
declare const occasion: string;

const surroundings = {
    previous: process.env["PULUMI_COMMAND_STDOUT"] ?? "",
    isPlain: Boolean(process.env["CI"]),
    tell: (line: string) => void process.stderr.write(`${line}\n`),
};

void (
    occasion === KEEP
        ? keepHosts(input, surroundings)
        : occasion === RESTORE
          ? restoreHosts(input, surroundings)
          : run(input, occasionOf(occasion), surroundings)
).then(({ exitCode, stdout }) => {
    process.exitCode = exitCode;
    process.stdout.write(stdout === "" ? "" : `${stdout}\n`);
});
