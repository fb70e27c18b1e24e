import { type DetectedProfile, detectProfile } from '../profile/detect-profile.ts';
import { type Probe, type Probed, probeServer } from './probe-server.ts';
import { SharedWork } from './shared-work.ts';

/** What is known of one model at one endpoint, for the whole process. */
export interface ProfileMemory {
  /** What was detected or learned since; asks the server where nothing is known. Rejects with the signal's reason only. */
  recall(signal: AbortSignal): DetectedProfile | Promise<DetectedProfile>;
  /** Keeps what the server said since. */
  keep(detected: DetectedProfile): void;
  /** Asks again the next time: another server may stand there now. */
  forget(): void;
}

/** The memory of an endpoint and a model; every model object that names the two shares it. */
export function profileMemory(probe: Probe): ProfileMemory {
  const key = JSON.stringify([probe.endpoint, probe.model]);
  return {
    recall: (signal) => known.get(key) ?? detect(key, probe, signal),
    keep: (detected) => void known.set(key, detected),
    forget: () => void known.delete(key),
  };
}

async function detect(key: string, probe: Probe, signal: AbortSignal): Promise<DetectedProfile> {
  const { facts, hasAnswered } = await shareProbe(key, probe).wait(signal);
  const detected = known.get(key) ?? detectProfile(probe.model, facts);
  if (hasAnswered) known.set(key, detected);
  return detected;
}

const known = new Map<string, DetectedProfile>();

const probes = new Map<string, SharedWork<Probed>>();

function shareProbe(key: string, probe: Probe): SharedWork<Probed> {
  const running = probes.get(key);
  if (running?.isUnderWay === true) return running;
  const work = new SharedWork((signal) => probeServer(probe, signal));
  probes.set(key, work);
  return work;
}
