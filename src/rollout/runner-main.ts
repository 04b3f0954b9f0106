import { occasionOf } from "./launcher";
import { run } from "./runner";

/*
 * What the runner's bundle begins with. The launcher gives it these two: what followed the bundle on stdin, and the occasion.
 */
declare const input: string;
declare const occasion: string;

void run(input, occasionOf(occasion), {
    previous: process.env["PULUMI_COMMAND_STDOUT"] ?? "",
    isPlain: Boolean(process.env["CI"]),
    tell: (line) => process.stderr.write(`${line}\n`),
}).then(({ exitCode, stdout }) => {
    process.exitCode = exitCode;
    process.stdout.write(stdout === "" ? "" : `${stdout}\n`);
});
