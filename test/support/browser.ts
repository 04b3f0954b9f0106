import { existsSync } from "node:fs";
import { type Browser, launch, type Page } from "puppeteer-core";

const CHROMIUM = "/usr/bin/chromium";

/** Why tests of pages are skipped here; undefined where they run. */
export function browserUnavailable(): string | undefined {
    return existsSync(CHROMIUM) ? undefined : `needs ${CHROMIUM}: apt-get install chromium`;
}

/** @throws Error when it does not start */
export function startBrowser(): Promise<Browser> {
    // Without its sandbox, which root and containers do not have; it is shown nothing but files of these tests.
    return launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
}

/** A page as somebody has it before them. */
export interface View {
    readonly file: string;
    /** In CSS pixels. */
    readonly width: number;
    readonly theme: "light" | "dark";
}

/** Opens a file; `requests` fills with what the page asks for beyond itself. */
export async function show(browser: Browser, view: View): Promise<{ page: Page; requests: readonly string[] }> {
    const page = await browser.newPage();
    const requests: string[] = [];
    const own = `file://${view.file}`;
    page.on("request", (request) => void (request.url().split("#")[0] === own || requests.push(request.url())));
    await page.setViewport({ width: view.width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.theme }]);
    await page.goto(own);
    return { page, requests };
}
