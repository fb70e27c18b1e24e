export type { ServerFacts, ServerKind } from '../profile/server-facts.ts';
export { type MeasuredThing, type Measurement, measuredThings } from './measurement.ts';
export { printReport } from './print-report.ts';
export { type ProbeProfileOptions, probeProfile, type ServerReport } from './probe-profile.ts';
