import type { HostReport } from "../report";

/** How hosts are told apart: by host name; where several have it or one has none, by the tuning's NAME; then by boot. */
export function hostNames(reports: readonly HostReport[]): readonly string[] {
    return [byHost, byTuning, byBoot].reduce<readonly string[]>((names, tell) => {
        const counts = new Map<string, number>();
        names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
        return reports.map((report, index) => {
            const name = names[index] ?? "";
            return counts.get(name) === 1 ? name : tell(report);
        });
    }, []);
}

function byHost({ host, name }: HostReport): string {
    return host.trim() === "" ? name : host;
}

function byTuning({ host, name }: HostReport): string {
    return host.trim() === "" ? name : `${host} (${name})`;
}

function byBoot(report: HostReport): string {
    return `${byTuning(report)}, boot ${report.boot.slice(0, 8)}`;
}
