import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import type { Fix } from '../../src/dialect/fix.ts';
import type { RawCall, RawReply } from '../../src/dialect/wire.ts';
import { wireName } from '../../src/dialect/wire-name.ts';
import { ModelError } from '../../src/errors.ts';
import type { RunStateJson } from '../../src/run/saved/saved-state.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import type { AssistantTurn, ToolCall } from '../../src/turns/turn.ts';
import { arbitraryHistory } from '../support/arbitrary-history.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { type Played, plainJson } from '../support/play-scenario.ts';
import { testedProfiles } from '../support/profiles.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';
import { controlTokensOf, stringsIn } from '../support/wire-rules.ts';

beforeAll(stopTime);
afterAll(keepTimers);

/** What happened to one reply: its turn, and the reported fixes. */
interface Outcome {
  readonly reply: RawReply;
  turn?: AssistantTurn;
  readonly fixes: Fix[];
  /** What the error holds that the run ended with, in place of another request. */
  error?: unknown;
}

/** Every complete reply, with the events between its end and the next request. */
function outcomesOf({ runs, transport: { returned } }: Played): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  let open: Outcome | undefined;
  for (const { event, end } of runs.flatMap(eventsOf)) {
    switch (event.type) {
      case 'run-started':
      case 'request-started':
        open = undefined;
        break;
      case 'request-finished':
        open = outcomeOf(event, returned[outcomes.length]);
        if (open !== undefined) outcomes.push(open);
        break;
      case 'turn-fixed':
        open?.fixes.push(event.fix);
        break;
      case 'run-failed':
        if (open !== undefined && end instanceof ModelError)
          open.error = { ...end.details, reply: end.details.reply };
        break;
      case 'assistant-turn-added':
        if (open !== undefined) open.turn = event.turn;
    }
  }
  expect(outcomes).toHaveLength(returned.length);
  return outcomes;
}

function eventsOf({ received, end }: Played['runs'][number]) {
  return received.map((event) => ({ event, end }));
}

function outcomeOf(
  { finishReason }: Extract<RunEvent, { type: 'request-finished' }>,
  reply: RawReply | undefined,
): Outcome | undefined {
  const isWhole = finishReason !== 'failed' && finishReason !== 'aborted';
  return isWhole && reply !== undefined ? { reply, fixes: [] } : undefined;
}

/** Words that belong to a form in which calls and thoughts are written, and to no call or thought. */
const formWords = [
  ...['tool_code', 'calls', 'name', 'arguments', 'think', 'thinking', 'THINK'],
  ...['reflection', 'inner_monologue'],
];

/** Literals of Python and what they are in JSON. */
const literals = new Map([
  ['None', 'null'],
  ['True', 'true'],
  ['False', 'false'],
]);

/** A token that ends a turn or opens a call is not text of the reply. */
const controlTokens = [...new Set(testedProfiles.flatMap(controlTokensOf))];

function wordsOf(content: string): readonly string[] {
  const text = controlTokens.reduce((rest, token) => rest.replaceAll(token, ' '), content);
  // An escape in JSON or Python is another character in what was read.
  const words = text.replace(/\\./g, ' ').match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  return words.filter((word) => !formWords.includes(word));
}

function checkText({ reply, turn, fixes, error }: Outcome): void {
  // A tool is called by its name on the wire, and a turn has its own.
  const names = turn?.kind === 'calls' ? turn.calls.map(({ name }) => wireName(name)) : [];
  // As JSON, the turn also shows its numbers, null, true and false.
  const accounts = [...stringsIn([turn, names, fixes, error]), JSON.stringify(turn)].join('\n');
  for (const word of wordsOf(reply.text)) {
    const literal = literals.get(word);
    if (literal === undefined || !accounts.includes(literal)) expect(accounts).toContain(word);
  }
  if (turn === undefined && error === undefined) expect(fixes).not.toEqual([]);
}

function checkCalls({ reply, turn, fixes, error }: Outcome): void {
  for (const [place, raw] of reply.calls.entries()) {
    const call = turn?.kind === 'calls' ? turn.calls[place] : undefined;
    if (call !== undefined) checkCall(raw, call, fixes);
    else checkUnused(raw, [fixes, namesOnTheWire(fixes), error]);
  }
}

/** A fix names a tool by its own name, and the reply by its name on the wire. */
function namesOnTheWire(fixes: readonly Fix[]): readonly string[] {
  return fixes.flatMap((fix) => (fix.kind === 'dropped-calls' ? fix.names.map(wireName) : []));
}

function checkUnused({ name, arguments: input }: RawCall, reported: readonly unknown[]): void {
  const accounts = stringsIn(reported).join('\n');
  for (const word of wordsOf(`${name} ${input}`)) expect(accounts).toContain(word);
}

/** The arguments are the written ones, or the repair is reported together with the written text. */
function checkCall(raw: RawCall, call: ToolCall, fixes: readonly Fix[]): void {
  if (call.unreadable !== undefined) {
    expect(call.unreadable.text).toBe(raw.arguments);
    return;
  }
  const isRepaired = fixes.some(
    (fix) => fix.kind === 'repaired-arguments' && fix.text === raw.arguments,
  );
  if (!isRepaired) expect(call.arguments).toEqual(JSON.parse(raw.arguments));
}

/** What a server sent in any form is in what was read of it. */
function checkRead({ transport }: Played): void {
  for (const { served, reply } of transport.read) {
    const accounts = stringsIn([reply.text, reply.reasoning, reply.calls.map(textsOfCall)]).join(
      '\n',
    );
    for (const word of wordsOf(served.texts.join('\n'))) expect(accounts).toContain(word);
  }
}

function textsOfCall({ name, arguments: input }: RawCall): readonly string[] {
  return [name, input];
}

/** Each fix is an event, and is in the state of the run. */
function checkFixes({ runs }: Played): void {
  const reported = new Map<string, Fix[]>();
  for (const { received, end } of runs) {
    for (const event of received) {
      if (event.type !== 'turn-fixed') continue;
      reported.set(event.runId, [...(reported.get(event.runId) ?? []), event.fix]);
    }
    const { runId, fixes } = plainJson(end.state) as unknown as RunStateJson;
    expect(fixes).toEqual(plainJson(reported.get(runId) ?? []));
  }
}

/** If a tool gets something else than the model wrote, a fix reports it. */
function checkInputs({ runs, executions }: Played): void {
  const events = runs.flatMap(({ received }) => received);
  const written = events.flatMap((event) =>
    event.type === 'assistant-turn-added' && event.turn.kind === 'calls' ? event.turn.calls : [],
  );
  const fixes = events.flatMap((event) => (event.type === 'turn-fixed' ? [event.fix] : []));
  for (const { name, input } of executions) {
    const isAsWritten = written.some(
      (call) => call.name === name && isDeepStrictEqual(call.arguments, input),
    );
    const kind = expect.stringMatching(/^(?:repaired|dropped)-arguments$/);
    if (!isAsWritten) expect(fixes).toContainEqual(expect.objectContaining({ kind, name }));
  }
}

test(
  'the text of a reply is in its turn unchanged, or in a fix that is reported and kept',
  async () => {
    const seen = new Map<string, number>();
    await playMany((played) => {
      for (const outcome of outcomesOf(played)) {
        checkText(outcome);
        checkCalls(outcome);
        for (const { kind } of outcome.fixes) seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
      checkRead(played);
      checkFixes(played);
      checkInputs(played);
    });
    if (!coversRareCases) return;
    const kinds = ['dropped-text', 'salvaged-call', 'repaired-arguments', 'cut-text'];
    const others = ['asked-again', 'moved-reasoning', 'repaired-name', 'dropped-arguments'];
    expect([...seen.keys()]).toEqual(expect.arrayContaining([...kinds, ...others]));
  },
  manyScenarios,
);

test('the text of a foreign history is in its turns, its instructions or a listed change', () => {
  let changes = 0;
  const histories = fc.constantFrom(...testedProfiles).chain(arbitraryHistory);
  const property = fc.property(histories, (messages) => {
    const repaired = Transcript.repair(messages);
    changes += repaired.changes.length;
    const { transcript, instructions } = repaired;
    const accounts = stringsIn([transcript.turns, instructions, repaired.changes]).join('\n');
    for (const word of wordsOf(messages.flatMap(textsIn).join('\n'))) {
      expect(accounts).toContain(word);
    }
  });
  fc.assert(property, { numRuns: propertyRuns });
  expect(changes).toBeGreaterThan(propertyRuns / 2);
});

/** The texts of a message, its calls and its results, without what only names them. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => (labels.has(key) ? [] : textsIn(field)));
}

const labels: ReadonlySet<string> = new Set([
  ...[
    'role',
    'type',
    'state',
    'name',
    'id',
    'tool_call_id',
    'tool_use_id',
    'toolCallId',
    'call_id',
  ],
  ...['tool_name', 'toolName'],
]);
