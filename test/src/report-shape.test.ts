import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { shapeProblem } from "../../src/report-shape";
import { fleetReports } from "../support/fleet";
import { schemaErrors } from "../support/report-schema";

type Part = Record<string, unknown>;
const reports = fleetReports(60);

/** Every place in a report, as a path. */
function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
    return typeof value !== "object" || value === null
        ? [path]
        : [path, ...Object.entries(value).flatMap(([name, part]) => placesOf(part, [...path, name]))];
}

describe("the shape of a report", () => {
    it("is that of every report", () => {
        assert.deepEqual(reports.map((report) => shapeProblem(report)).filter(Boolean), []);
    });

    it("takes no report that is damaged in a way that the JSON Schema tells, but for numbers out of range", () => {
        const damage = fc.constantFrom<unknown>(undefined, null, "x", true, [], {}, 7);
        fc.assert(
            fc.property(fc.constantFrom(...reports), fc.nat(), damage, (report, nth, value) => {
                const places = placesOf(report).slice(1);
                const place = places[nth % places.length]!;
                if (place[0] === "schema" || place[0] === "verb" || value === 7) {
                    return;
                }
                const damaged = JSON.parse(JSON.stringify(report)) as Part;
                const part = place.slice(0, -1).reduce((within, name) => within[name] as Part, damaged);
                part[place.at(-1)!] = value;
                const plain = JSON.parse(JSON.stringify(damaged)) as unknown;
                // An empty object or list for the other is shown as nothing, which is what it holds.
                const isEmpty = typeof value === "object" && value !== null;
                assert.ok(
                    isEmpty || (shapeProblem(plain) === undefined) === (schemaErrors(plain) === ""),
                    place.join("."),
                );
            }),
            { numRuns: 2000 },
        );
    });
});
