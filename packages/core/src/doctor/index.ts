export type { ServerFacts, ServerKind } from '../profile/server-facts.ts';
export type { DialectScore } from './compare-dialects.ts';
export type { DialectTrial } from './measure-dialects.ts';
export { type MeasuredThing, type Measurement, measuredThings } from './measurement.ts';
export { printMeasurement, printTrial } from './print-progress.ts';
export { printReport } from './print-report.ts';
export { type ProbeProfileOptions, probeProfile, type ServerReport } from './probe-profile.ts';
