import { tuneInventory } from "../components";

/** The program behind Pulumi.yaml, as a project of one's own has it. */
export = tuneInventory;
