import { isOlder } from "./kernel";
import type { CheckTarget, Finding, Rule } from "./rule";
import type { SettingsView } from "./view";

const STANDARD_NR_OPEN = 1048576n;
/** Two ticks of a clock of 1000 Hz, and of one of 250 Hz, in microseconds. */
const FASTEST_CLOCK = 2000n;
const COMMON_CLOCK = 8000n;

/** What surrounds TCP: input processing, open files. */
export const systemRules: readonly Rule[] = [
    {
        id: "BUDGET-HZ",
        severity: "error",
        lesser: "warning",
        title: "netdev_budget_usecs is at least two ticks of the kernel's clock.",
        check: budget,
    },
    {
        id: "NOFILE",
        severity: "warning",
        title: "Limits on open files must fit each other and those of the services.",
        check: (settings) => {
            const max = settings.numbers("fs.file-max");
            const open = settings.numbers("fs.nr_open")?.number ?? STANDARD_NR_OPEN;
            return max && max.number < open
                ? [
                      {
                          at: max.setting,
                          message: `one process alone may open more files (fs.nr_open = ${open}) than the whole host`,
                          suggestion: `Write ${open} or more, or lower fs.nr_open`,
                      },
                  ]
                : [];
        },
    },
];

function budget(settings: SettingsView, { kernel }: CheckTarget): readonly Finding[] {
    const time = settings.numbers("net.core.netdev_budget_usecs");
    if (!time || time.number < 1n || time.number >= COMMON_CLOCK || (kernel !== undefined && isOlder(kernel, "6.1"))) {
        return [];
    }
    const suggestion = "Write 8000 or more";
    if (time.number < FASTEST_CLOCK && (kernel === undefined || !isOlder(kernel, "6.8"))) {
        const message = "it is less than two ticks of any clock, and kernels from 6.8 on refuse it (EINVAL)";
        return [{ at: time.setting, message, suggestion }];
    }
    const message = "it is less than two ticks of a 250 Hz clock (8000), and newer kernels with one refuse it (EINVAL)";
    return [{ at: time.setting, severity: "warning", message, suggestion }];
}
