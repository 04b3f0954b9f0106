import { counted, thousands } from "../src/counted";
import { provideEngine } from "../test/support/engine";
import type { DemoOptions } from "./options";
import type { Page } from "./page";
import { closeScene, openScene } from "./scene";
import { countValues } from "./snapshot";
import { introduceHosts, stepsFor } from "./steps";
import { renderTable } from "./table";
import { seconds } from "./text";

/**
 * Tells the whole story. True when every claim held.
 *
 * @throws the signal's reason when it is interrupted; whatever kept a step from its end
 */
export async function tellStory(options: DemoOptions, page: Page, signal: AbortSignal): Promise<boolean> {
    const started = Date.now();
    page.write("pulumi-tcp-tuning: the demo\n\n");
    page.paragraph(
        "Linux hosts are started on this machine, tuned by pulumi up, put under load, verified, and given " +
            "back as they were. What is marked ✓ was checked on the hosts.",
    );
    await page.step("Engine", () => introduceEngine(page, signal));
    const scene = await page.step(`1. Start ${counted(options.hosts, "host")}`, async () => {
        const opened = await openScene(options, page, signal);
        introduceHosts(opened);
        return opened;
    });
    try {
        for (const { title, run } of stepsFor(options)) {
            signal.throwIfAborted();
            await page.step(title, () => run(scene));
        }
    } finally {
        const left = await closeScene(scene);
        page.quiet = false;
        page.claim("hosts, stack and inventory are removed from this machine", left.length === 0, left);
    }
    return conclude(page, countValues(scene.original), Date.now() - started);
}

async function introduceEngine(page: Page, signal: AbortSignal): Promise<void> {
    const { version, origin, commandPlugin } = await provideEngine((line) => {
        if (!/^Pulumi \d/.test(line)) {
            // the last line that is logged: what is in use, as below
            page.line(line);
        }
    });
    signal.throwIfAborted();
    page.lines(
        renderTable([
            ["engine", `Pulumi ${version} (${origin})`],
            [
                "plugin",
                commandPlugin === "installed"
                    ? "Pulumi's own command plugin"
                    : "STAND-IN for Pulumi's command plugin, which cannot be installed from here",
            ],
            ["program", "tuneInventory, the same that Pulumi.yaml runs"],
        ]),
    );
}

function conclude(page: Page, compared: number, duration: number): boolean {
    const { claims, refuted } = page;
    if (refuted.length === 0) {
        page.write(
            `\nEverything is as before: ${counted(compared, "value")} compared. ` +
                `${counted(claims, "claim")} checked, all true. ${seconds(duration)}\n`,
        );
        return true;
    }
    page.write(`\n${refuted.length} of ${thousands(claims)} claims did not hold. ${seconds(duration)}\n`);
    refuted.forEach((claim) => page.line(`✗ ${claim}`, "red"));
    return false;
}
