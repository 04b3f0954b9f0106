export { type AtLeast, type AtMost, atLeast, atMost, type Bounded } from "../src/bound";
export { type Fact, type FactLimits, type PerCpu, perCpu, type ShareOfMemory, shareOfMemory } from "../src/fact";
export type {
    AtBoot,
    CounterReport,
    HostReport,
    KeyReport,
    KeyStatus,
    ListenerReport,
    ListenersReport,
    StatesReport,
    TimeWaitReport,
} from "../src/report";
export type { ConnectionArgs } from "./connection";
export { type AppliedTuning, TcpTuning } from "./tcp-tuning";
export type { ParameterArgs, RestoreMode, TcpTuningArgs, VerifyArgs } from "./tcp-tuning-args";
export { TcpVerification, type TcpVerificationArgs } from "./tcp-verification";
