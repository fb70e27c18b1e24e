import { type DetectedProfile, detectProfile } from '../profile/detect-profile.ts';
import { type Probe, type Probed, probeServer } from './probe-server.ts';
import { SharedWork } from './shared-work.ts';

/** The detected profile of one model at one endpoint, shared by the whole process. */
export interface ProfileMemory {
  /** The profile that was detected or kept; asks the server if there is none. Rejects only with the signal's reason. */
  recall(signal: AbortSignal): DetectedProfile | Promise<DetectedProfile>;
  /** Replaces the profile, for example after the server refused a request. */
  keep(detected: DetectedProfile): void;
  /** Forgets the profile, so that the next `recall` asks the server again. */
  forget(): void;
  /** Counts a reply that could not be used in the dialect of the profile, and returns how many there were. */
  countDoubt(): number;
  /** Whether the server refused a grammar. */
  readonly refusesGrammar: boolean;
  /** Remembers that the server refused a grammar. */
  refuseGrammar(): void;
}

/** The memory of an endpoint and a model; all model objects with the same endpoint and model share it. */
export function profileMemory(probe: Probe): ProfileMemory {
  const key = JSON.stringify([probe.endpoint, probe.model]);
  return {
    recall: (signal) => known.get(key) ?? detect(key, probe, signal),
    keep: (detected) => void known.set(key, detected),
    forget: () => {
      known.delete(key);
      doubts.delete(key);
      withoutGrammar.delete(key);
    },
    countDoubt: () => {
      const count = (doubts.get(key) ?? 0) + 1;
      doubts.set(key, count);
      return count;
    },
    get refusesGrammar() {
      return withoutGrammar.has(key);
    },
    refuseGrammar: () => void withoutGrammar.add(key),
  };
}

async function detect(key: string, probe: Probe, signal: AbortSignal): Promise<DetectedProfile> {
  const { facts, hasAnswered } = await shareProbe(key, probe).wait(signal);
  const detected = known.get(key) ?? detectProfile(probe.model, facts);
  if (hasAnswered) known.set(key, detected);
  return detected;
}

const known = new Map<string, DetectedProfile>();

const doubts = new Map<string, number>();

const withoutGrammar = new Set<string>();

const probes = new Map<string, SharedWork<Probed>>();

function shareProbe(key: string, probe: Probe): SharedWork<Probed> {
  const running = probes.get(key);
  if (running?.isRunning === true) return running;
  const work = new SharedWork((signal) => probeServer(probe, signal));
  probes.set(key, work);
  return work;
}
