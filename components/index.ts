/**
 * One Linux host's TCP parameters as a Pulumi resource, with what it takes and reports.
 *
 * @module pulumi-tcp-tuning
 */

export type { OnOverride } from "../src/agent/request";
export { type AtLeast, type AtMost, atLeast, atMost, type Bounded } from "../src/bound";
export { type Fact, type FactLimits, type PerCpu, perCpu, type ShareOfMemory, shareOfMemory } from "../src/fact";
export type { ParameterValues } from "../src/generated/parameters";
export type { ProfileName } from "../src/profiles";
export type {
    AtBoot,
    Count,
    CounterReport,
    HostReport,
    KeyReport,
    KeyStatus,
    ListenerReport,
    ListenersReport,
    StatesReport,
    TimeWaitReport,
} from "../src/report";
export type { Amount, ParameterValue, PlainValue } from "../src/setting";
export type { OnFailure } from "../src/user-data";
export type { ConnectionArgs } from "./connection";
export { type Reporting, readmeOf } from "./readme";
export { type AppliedTuning, TcpTuning } from "./tcp-tuning";
export type { ParameterArgs, RestoreMode, TcpTuningArgs, VerifyArgs } from "./tcp-tuning-args";
export { TcpTuningFleet, type TunedHost } from "./tcp-tuning-fleet";
export type { FleetHostArgs, FleetTuningArgs, RolloutArgs, TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";
export { TcpVerification, type TcpVerificationArgs } from "./tcp-verification";
export { type InventoryOutputs, tuneInventory } from "./tune-inventory";
