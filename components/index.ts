export { TcpTuning, type AppliedTuning } from "./tcp-tuning";
export { type ParameterArgs, type RestoreMode, type TcpTuningArgs, type VerifyArgs } from "./tcp-tuning-args";
export { TcpVerification, type TcpVerificationArgs } from "./tcp-verification";
export { atLeast, atMost, type AtLeast, type AtMost, type Bounded } from "../src/bound";
export { perCpu, shareOfMemory, type Fact, type FactLimits, type PerCpu, type ShareOfMemory } from "../src/fact";
export { type ConnectionArgs } from "./connection";
export {
    type AtBoot, type CounterReport, type HostReport, type KeyReport, type KeyStatus, type ListenerReport,
    type ListenersReport, type StatesReport, type TimeWaitReport,
} from "../src/report";
