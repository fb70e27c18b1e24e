import fc from 'fast-check';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunTuning } from '../../src/agent/agent-options.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { CompactionPolicy } from '../../src/context/compact.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import { TurnwiseError } from '../../src/errors.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { type CountingTransport, countingTransport } from './counting-transport.ts';
import { plainJson } from './play-scenario.ts';
import { testedProfiles } from './profiles.ts';
import { rawCalls, rawText, type WireReply } from './scripted-transport.ts';
import { tinyPng } from './tiny-image.ts';

/** What a reply in a mix contains. */
type ReplyKind =
  | 'call'
  | 'calls'
  | 'look'
  | 'repeat'
  | 'fits'
  | 'prose'
  | 'wrong'
  | 'cut'
  | 'empty';

/** A conversation in which windows, limits, output retries, images and dialects are combined at random. */
export interface Mix {
  /** The profile of each run; a conversation may change its dialect between runs. */
  readonly profiles: readonly ModelProfile[];
  /** The window of the server in tokens, and the window that the program assumes. */
  readonly windows: {
    readonly real: number;
    readonly assumed: number;
    readonly truncates: boolean;
  };
  readonly policy: CompactionPolicy | 'off';
  readonly hasOutput: boolean;
  readonly hasTools: boolean;
  readonly hasImages: boolean;
  readonly tuning: RunTuning;
  readonly outputRetries: number;
  readonly replies: readonly { readonly kind: ReplyKind; readonly chars: number }[];
  /** Whether a run that ended without an answer is resumed once, from its JSON. */
  readonly resumes: boolean;
}

/** Everything that happened in a mix. */
export interface PlayedMix {
  readonly transports: readonly (CountingTransport & { readonly profile: ModelProfile })[];
  readonly events: readonly RunEvent[];
  readonly ends: readonly (RunResult<unknown> | TurnwiseError)[];
}

/** Mixes of everything. */
export function arbitraryMix(): fc.Arbitrary<Mix> {
  const kind = fc.constantFrom<ReplyKind>(
    ...([
      'call',
      'call',
      'calls',
      'look',
      'repeat',
      'fits',
      'prose',
      'wrong',
      'cut',
      'empty',
    ] as const),
  );
  return fc.record({
    profiles: fc.array(fc.constantFrom(...testedProfiles), { minLength: 1, maxLength: 3 }),
    windows: fc.record({
      real: fc.constantFrom(1_500, 2_500, 4_096),
      assumed: fc.constantFrom(1_500, 2_500, 4_096, 131_072),
      truncates: fc.boolean(),
    }),
    policy: fc.constantFrom('cap-and-drop', 'drop', 'summarise', 'off'),
    hasOutput: fc.boolean(),
    hasTools: fc.boolean(),
    hasImages: fc.boolean(),
    tuning: fc.record({
      finalAnswer: fc.constantFrom('inline', 'separate'),
      limits: fc.record(
        {
          maxRepeats: fc.constantFrom(0, 1, 3),
          maxSteps: fc.integer({ min: 1, max: 20 }),
          maxRequests: fc.integer({ min: 1, max: 40 }),
          maxToolCalls: fc.integer({ min: 1, max: 20 }),
          maxTotalTokens: fc.integer({ min: 1_000, max: 100_000 }),
          onLimit: fc.constantFrom('stop', 'answer'),
        },
        { requiredKeys: ['maxSteps', 'maxRepeats'] },
      ),
    }),
    outputRetries: fc.nat(3),
    replies: fc.array(fc.record({ kind, chars: fc.nat(4_000) }), {
      minLength: 1,
      maxLength: 30,
      size: 'max',
    }),
    resumes: fc.boolean(),
  });
}

/** Runs a mix: one run for each profile, in one conversation. */
export async function playMix(mix: Mix): Promise<PlayedMix> {
  const transports: (CountingTransport & { readonly profile: ModelProfile })[] = [];
  const events: RunEvent[] = [];
  const ends: (RunResult<unknown> | TurnwiseError)[] = [];
  const blobs = memoryBlobStore();
  let place = 0;
  const nextReply = (profile: ModelProfile) => {
    const reply = mix.replies[place % mix.replies.length];
    place += 1;
    return toWireReply(reply?.kind ?? 'fits', reply?.chars ?? 0, profile, place);
  };
  let transcript: Transcript = Transcript.empty();
  for (const profile of mix.profiles) {
    const transport = countingTransport({
      window: mix.windows.real,
      truncates: mix.windows.truncates,
      replyTo: () => nextReply(profile),
    });
    transports.push(Object.assign(transport, { profile }));
    const agent = createAgent(mix, profile, transport, blobs);
    agent.on('event', (event) => void events.push(event));
    const input: AgentInput = mix.hasImages
      ? [
          { type: 'text', text: 'Look.' },
          { type: 'image', image: tinyPng },
        ]
      : 'Go on.';
    let end = await agent
      .stream(input, { transcript, openCalls: 'cancel', ...mix.tuning })
      .result.catch(toError);
    ends.push(end);
    if (mix.resumes && end.state !== undefined && isUnfinished(end)) {
      end = await agent.resume(plainJson(end.state), mix.tuning).result.catch(toError);
      ends.push(end);
    }
    transcript = transcriptOf(end);
  }
  return { transports, events, ends };
}

function isUnfinished(end: RunResult<unknown> | TurnwiseError): boolean {
  return end instanceof Error || end.status !== 'completed';
}

function toError(thrown: unknown): TurnwiseError {
  if (thrown instanceof TurnwiseError) return thrown;
  throw thrown;
}

function transcriptOf(end: RunResult<unknown> | TurnwiseError): Transcript {
  if (!(end instanceof Error)) return end.transcript;
  const { transcript } = plainJson(end.state) as { transcript: never };
  return Transcript.fromJSON(transcript);
}

const output = z.object({ sum: z.number() });
const parameters = z.object({ chars: z.number() });

function createAgent(
  { windows, policy, hasOutput, hasTools, outputRetries }: Mix,
  profile: ModelProfile,
  transport: CountingTransport,
  blobs: ReturnType<typeof memoryBlobStore>,
): Agent<unknown, unknown> {
  const known = defineProfile(profile, { contextWindow: windows.assumed });
  return new Agent<unknown, unknown>({
    name: 'mixed',
    model: dialectModel({ transport, profile: known, dialect: createDialect(known) }),
    tools: hasTools ? [writeTool, lookTool] : [],
    contextWindow: { policy },
    blobs,
    ...(hasOutput ? { output, outputRetries } : {}),
  });
}

const writeTool = tool({
  name: 'write',
  description: 'Writes text.',
  parameters,
  execute: ({ chars }) => 'word '.repeat(Math.ceil(chars / 5)),
});

const lookTool = tool({
  name: 'look',
  description: 'Takes a picture.',
  parameters: z.object({}),
  execute: () => [{ type: 'image' as const, image: tinyPng }],
});

/** A reply in the dialect of the profile. */
function toWireReply(
  kind: ReplyKind,
  chars: number,
  profile: ModelProfile,
  place: number,
): WireReply {
  switch (kind) {
    case 'call':
      return toCallsReply([['write', `{"chars":${chars + place}}`]], profile);
    case 'calls':
      return toCallsReply(
        [
          ['write', `{"chars":${chars}}`],
          ['write', `{"chars":${place}}`],
        ],
        profile,
      );
    case 'repeat':
      return toCallsReply([['write', '{"chars":5}']], profile);
    case 'look':
      return toCallsReply([['look', '{}']], profile);
    case 'fits':
      return rawText('{"sum":3}');
    case 'prose':
      return rawText(`The sum is ${place}. ${'Indeed. '.repeat(chars / 40)}`);
    case 'wrong':
      return rawText('{"sum":"three"}');
    case 'cut':
      return rawText('{"sum":', 'length');
    case 'empty':
      return rawText('');
  }
}

function toCallsReply(calls: [name: string, json: string][], { dialect }: ModelProfile): WireReply {
  if (dialect === 'native') return rawCalls(calls);
  const written = calls.map(([name, json]) => `{"name":"${name}","arguments":${json}}`);
  return rawText(`{"calls":[${written.join()}]}`);
}
