import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { errorCatalogue } from '../../src/error-catalogue.ts';
import { answersDone, arbitraryReply } from '../support/arbitrary-reply.ts';
import { manyScenarios } from '../support/play-many.ts';
import { type RawServerOutcome, runOnRawServer } from '../support/raw-server-run.ts';
import { stringsIn } from '../support/wire-rules.ts';

const limits = { maxSteps: 6, maxCallsPerReply: 8, maxRepeats: 2 };
const apiKey = 'sk-live-4Xw9Kq2LmZt7Rb1Vn';
const settings = fc.constantFrom(
  {},
  { maxOutputTokens: 5 },
  { extraBody: { chat_template_kwargs: { enable_thinking: false } } },
);
const replies = fc.tuple(arbitraryReply('one'), arbitraryReply('two'), arbitraryReply('six'));

describe.each([{ streamed: false }, { streamed: true }])(
  'any reply of a server (streamed: $streamed)',
  ({ streamed }) => {
    test(
      'only complete calls run, no text is lost, no turn is forged, and the run ends with a known code',
      async () => {
        let executed = 0;
        const property = fc.asyncProperty(
          replies,
          fc.constantFrom('native', 'prompted'),
          settings,
          async (all, dialect, chosen) => {
            const outcome = await runOnRawServer(
              [...all.map(({ answer }) => answer), answersDone],
              {
                streamed,
                model: { dialect, apiKey, retry: { firstDelayMs: 0, maxRetries: 2 } },
                agent: { limits, settings: chosen },
              },
            );
            executed += outcome.executed.length;
            checkCalls(
              outcome,
              all.flatMap(({ mayRun, mayRunIfShort }) =>
                chosen.maxOutputTokens === undefined ? mayRun : mayRunIfShort,
              ),
            );
            checkEnd(outcome);
            checkStream(outcome, streamed);
            checkSecrets(outcome);
            checkSent(outcome);
            const used = all.slice(0, outcome.requests.length);
            checkTexts(
              outcome,
              used.flatMap(({ texts }) => texts),
            );
          },
        );
        await fc.assert(property, { numRuns: Math.min(propertyRuns, 250) });
        expect(executed).toBeGreaterThan(0);
      },
      manyScenarios,
    );
  },
);

function checkCalls({ executed }: RawServerOutcome, mayRun: readonly string[]): void {
  for (const path of new Set(executed)) {
    expect(mayRun.map((each) => `read_file ${each}`)).toContain(path);
    expect(executed.filter((each) => each === path).length).toBeLessThanOrEqual(limits.maxRepeats);
  }
  expect(executed.length).toBeLessThanOrEqual(limits.maxSteps * limits.maxCallsPerReply);
}

function checkEnd({ status, error }: RawServerOutcome): void {
  expect(['completed', 'stopped', 'failed']).toContain(status);
  if (error === undefined) return;
  expect(Object.keys(errorCatalogue)).toContain(error.code);
  expect(error.code).toMatch(/^model_/);
}

/** What `textStream` yielded is the answer, and nothing that was removed later. */
function checkStream({ status, output, streamedText }: RawServerOutcome, streamed: boolean): void {
  if (streamed && status === 'completed') expect(streamedText).toBe(output);
}

/** A key that the server repeats is in nothing that a program prints. */
function checkSecrets({ error, fixes }: RawServerOutcome): void {
  const printed = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify([error, fixes])];
  expect(printed.join('\n')).not.toContain(apiKey);
}

/** The text of a model or of a server cannot begin or end a turn when it is sent back. */
function checkSent({ messages }: RawServerOutcome): void {
  for (const text of stringsIn(messages)) {
    expect(text).not.toMatch(/<\|im_(?:start|end)\|>/);
  }
}

/** A text of a reply is in a turn, a fix or the error. */
function checkTexts(outcome: RawServerOutcome, texts: readonly string[]): void {
  const { error, fixes, turns } = outcome;
  const accounts = stringsIn([turns, fixes, error?.message, error?.details.reply]).join('\n');
  for (const text of texts) expect(accounts).toContain(text);
}
