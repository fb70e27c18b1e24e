import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import type { Fix } from '../../src/dialect/fix.ts';
import type { RunStateJson } from '../../src/run/saved/saved-state.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { arbitraryMix, type Mix, type PlayedMix, playMix } from '../support/arbitrary-mix.ts';
import { plainJson } from '../support/play-scenario.ts';
import { findWireProblem } from '../support/wire-rules.ts';

/** How often something happened in all mixes: a property that is never put to the test shows here. */
const seen = { requests: 0, compactions: 0, rejected: 0, stopped: 0, failed: 0, truncated: 0 };

function count({ transports, events, ends }: PlayedMix): void {
  seen.requests += transports.reduce((sum, { requests }) => sum + requests.length, 0);
  seen.compactions += events.filter(({ type }) => type === 'context-compacted').length;
  const fixes = fixesOf(events).map(({ kind }) => kind);
  seen.rejected += fixes.filter((kind) => kind === 'rejected-draft').length;
  seen.truncated += fixes.filter((kind) => kind === 'truncated-prompt').length;
  seen.failed += ends.filter((end) => end instanceof Error).length;
  seen.stopped += ends.filter((end) => !(end instanceof Error) && end.status === 'stopped').length;
}

function fixesOf(events: PlayedMix['events']): readonly Fix[] {
  return events.flatMap((event) => (event.type === 'turn-fixed' ? [event.fix] : []));
}

/** Law 1: the kept turns follow the law, also if the model was shown only a part. */
function checkTurns({ ends }: PlayedMix): void {
  for (const end of ends) {
    const { transcript } = plainJson(end.state) as { transcript: never };
    expect(() => Transcript.fromJSON(transcript)).not.toThrow();
    if (end instanceof Error) expect(['turn_order', 'run_failed']).not.toContain(end.code);
  }
}

/** Law 2: tools and the format of an answer are never sent together. */
function checkKinds({ transports }: PlayedMix): void {
  for (const { requests } of transports) {
    for (const { body } of requests) {
      expect(body.tools !== undefined && body.response_format !== undefined).toBe(false);
      expect(body.tools).not.toEqual([]);
    }
  }
}

/** Law 3: every prompt is what the model's template takes, compacted or not. */
function checkPrompts({ transports }: PlayedMix): void {
  for (const { requests, profile } of transports) {
    for (const { body } of requests) {
      expect(findWireProblem(body.messages, profile)).toBeUndefined();
    }
  }
}

/** Law 4: each fix is an event and is in the result; a request without a turn has a fix with the reason. */
function checkFixes({ events, ends }: PlayedMix, { tuning }: Mix): void {
  const reported = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'turn-fixed')
      reported.set(event.runId, (reported.get(event.runId) ?? 0) + 1);
  }
  for (const end of ends) {
    const { runId, fixes } = plainJson(end.state) as unknown as RunStateJson;
    expect(fixes.length).toBeLessThanOrEqual(reported.get(runId) ?? 0);
  }
  const last = ends.at(-1);
  const { runId, fixes } = plainJson(last?.state) as unknown as RunStateJson;
  expect(fixes).toHaveLength(reported.get(runId) ?? 0);
  if (tuning.finalAnswer === 'inline') checkDrafts(events);
}

/** A reply that ended well led to a turn, or to a fix with its text. */
function checkDrafts(events: PlayedMix['events']): void {
  const steps = new Map<string, { finished: number; accounted: number }>();
  for (const event of events) {
    const key = `${event.runId} ${event.step}`;
    const step = steps.get(key) ?? { finished: 0, accounted: 0 };
    steps.set(key, step);
    const isReply = event.type === 'request-finished' && event.finishReason !== 'failed';
    if (isReply && event.finishReason !== 'aborted') step.finished += 1;
    if (event.type === 'assistant-turn-added' || event.type === 'run-failed') step.accounted += 1;
    const kinds = ['rejected-draft', 'asked-again', 'dropped-calls'];
    if (event.type === 'turn-fixed' && kinds.includes(event.fix.kind)) step.accounted += 1;
    // A summary is reported by its compaction.
    if (event.type === 'context-compacted') step.accounted += 1;
  }
  for (const { finished, accounted } of steps.values()) {
    expect(accounted).toBeGreaterThanOrEqual(finished);
  }
}

test('laws 1 to 4 hold in every mix of windows, limits, output retries, images and dialects', async () => {
  const property = fc.asyncProperty(arbitraryMix(), async (mix) => {
    const played = await playMix(mix);
    count(played);
    checkTurns(played);
    checkKinds(played);
    checkPrompts(played);
    checkFixes(played, mix);
  });
  await fc.assert(property, { numRuns: propertyRuns });
  if (!coversRareCases) return;
  const rare = Object.entries(seen).filter(([, times]) => times === 0);
  expect(rare).toEqual([]);
}, 240_000);
