import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportPage } from "../../src/report-page/page";
import { show, startBrowser } from "./browser";
import { fleetReports } from "./fleet";

/*
 * Makes docs/report-light.png, the page's table of hosts, from generated reports:
 *   npm run build && node dist/test/support/report-picture.js
 */

const PICTURE = join(__dirname, "..", "..", "..", "docs", "report-light.png");
/** One host of each trouble, and some without. */
const HOSTS = [0, 1, 2, 4, 6, 8, 9, 37, 53];
const MADE = new Date("2026-11-26T03:00:00Z");
const MARGIN = 16;

async function draw(folder: string): Promise<void> {
    const fleet = fleetReports(Math.max(...HOSTS) + 1).filter((_, index) => HOSTS.includes(index));
    const file = join(folder, "page.html");
    writeFileSync(
        file,
        reportPage(
            fleet.map((report) => ({ name: report.host, report })),
            MADE,
        ),
    );
    const browser = await startBrowser();
    try {
        const { page } = await show(browser, { file, width: 1200, theme: "light" });
        const top = await page.$eval("#hosts", (heading) => heading.getBoundingClientRect().top);
        const bottom = await page.$eval("[aria-labelledby=hosts]", (box) => box.getBoundingClientRect().bottom);
        const clip = { x: 0, y: top - MARGIN, width: 1200, height: bottom - top + 2 * MARGIN };
        await page.screenshot({ path: PICTURE, clip, captureBeyondViewport: true });
    } finally {
        await browser.close();
    }
}

const folder = mkdtempSync(join(tmpdir(), "report-picture-"));
draw(folder)
    .catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    })
    .finally(() => rmSync(folder, { recursive: true }));
