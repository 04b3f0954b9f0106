import { claimUntouched } from "../show";
import type { Step } from "./step";

export const preview: Step = {
    title: "2. Preview: what would be done",
    async run({ page, pulumi }) {
        const { effect } = await pulumi.preview();
        claimUntouched(page, "the preview", effect);
    },
};
