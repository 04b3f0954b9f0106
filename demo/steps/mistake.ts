import { claimUntouched, showEdit } from "../show";
import { ownTuning } from "./change";
import type { Step } from "./step";

/** A misspelt key, and one that the kernel no longer has. */
const mistakes = { "net.ipv4.tcp_fin_timeuot": 20, "net.ipv4.tcp_tw_recycle": 1 };

export const mistake: Step = {
    title: "7. Mistakes in the inventory: refused by the preview",
    async run({ page, pulumi, inventory, last }) {
        const parameters = { ...ownTuning.parameters, ...mistakes };
        showEdit(page, inventory.tune(last.name, { parameters }));
        const places = Object.keys(mistakes).map((key) => `${inventory.path}:${inventory.lineOf(key)}: error`);
        const { run, failed, effect } = await pulumi.attempt("preview");
        const told = [...new Set(run.diagnostics.flatMap(({ message }) => message.trim().split("\n")))];
        told.forEach((line) => page.paragraph(line, "yellow"));
        page.claim(
            "the preview fails, and names file and line of both mistakes",
            failed && places.every((place) => told.some((line) => line.startsWith(place))),
            [...places, ...told],
        );
        claimUntouched(page, "it", effect);
        page.gap();
        page.line("The inventory is put right again.");
        inventory.tune(last.name, ownTuning);
    },
};
