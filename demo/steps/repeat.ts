import { changes } from "../../test/support/stack";
import { claimUntouched } from "../show";
import type { Step } from "./step";

export const repeat: Step = {
    title: "5. Up once more: nothing to do",
    async run({ page, pulumi }) {
        const { run, effect } = await pulumi.up();
        page.claim("0 resources changed", changes(run).length === 0, changes(run));
        claimUntouched(page, "it", effect);
    },
};
