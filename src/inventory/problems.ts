import type { Diagnostic, Location, Severity } from "../diagnostic";
import { formatDiagnostic } from "../diagnostic";

/** An inventory that cannot be used, with everything that is wrong with it. */
export class InventoryError extends Error {
    public override readonly name = "InventoryError";

    public constructor(public readonly problems: readonly Diagnostic[]) {
        super(problems.map(formatDiagnostic).join("\n"));
    }
}

/** Collects what is wrong, each finding once, however many hosts it reaches. */
export class Problems {
    readonly #found = new Map<string, Diagnostic>();

    /** @param id Of every finding. */
    public constructor(private readonly id = "INVENTORY") {}

    public add(location: Location, message: string, suggestion?: string, severity: Severity = "error"): void {
        const diagnostic: Diagnostic = { id: this.id, severity, message, suggestion, location };
        this.#found.set(formatDiagnostic(diagnostic), diagnostic);
    }

    public warn(location: Location, message: string, suggestion?: string): void {
        this.add(location, message, suggestion, "warning");
    }

    public get warnings(): Diagnostic[] {
        return [...this.#found.values()].filter((problem) => problem.severity !== "error");
    }

    public get errors(): Diagnostic[] {
        return [...this.#found.values()].filter((problem) => problem.severity === "error");
    }

    /** @throws InventoryError when there is any error; warnings alone pass. */
    public throwErrors(): void {
        if (this.errors.length > 0) {
            throw new InventoryError(this.errors);
        }
    }
}
