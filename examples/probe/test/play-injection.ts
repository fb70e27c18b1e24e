import {
  Agent,
  type DialectName,
  defineProfile,
  type ModelProfile,
  openaiCompatible,
  profiles,
  Transcript,
  tool,
} from '@turnwise/core';
import { type LocalEndpoint, type QuirksName, startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';

/** A server, and the profile of each round of a conversation. */
export interface Setup {
  readonly quirks: QuirksName;
  readonly rounds: readonly ModelProfile[];
}

const { gemma3, gemma3Strict } = profiles;
const native = gemma3;
const prompted = defineProfile(gemma3, { dialect: 'prompted' });
const guided = defineProfile(gemma3, { dialect: 'guided' });
const strictlyGuided = defineProfile(gemma3Strict, { dialect: 'guided' });
// The relaxed server of the embedded endpoint writes its turns with Gemma's tokens.
const relaxed = defineProfile(profiles.openai, { controlTokens: gemma3.controlTokens });

/** The dialects and turn rules, with a change of dialect between rounds. */
export const setups: readonly (readonly [string, Setup])[] = [
  ['native, prompted, guided', { quirks: 'vllm', rounds: [native, prompted, guided] }],
  ['guided, native, prompted', { quirks: 'vllm', rounds: [guided, native, prompted] }],
  ['prompted, guided, native', { quirks: 'vllm', rounds: [prompted, guided, native] }],
  ['strict turns', { quirks: 'llama.cpp-2026', rounds: [gemma3Strict, strictlyGuided] }],
  ['relaxed turns', { quirks: 'none', rounds: [relaxed, relaxed] }],
];

/** The places of untrusted text. */
export const places = ['user text', 'tool result', 'tool description', 'argument'] as const;

/** The outcome of a conversation. */
export interface Outcome {
  /** Every execution of a tool, in order. */
  readonly executed: readonly string[];
  /** The answers of the runs, or their status. */
  readonly answers: readonly string[];
  /** The number of turn tokens in each rendered prompt, including the one that the reply continues. */
  readonly turnTokens: readonly number[];
  /** Control tokens in the prompts that are not from a template. */
  readonly strayTokens: readonly string[];
}

/**
 * The number of turn tokens that each prompt must have: for the question, for a call and its result, and two more for each
 * round before. The relaxed server renders the instructions and the tools as separate turns.
 */
export function expectedTurnTokens({ quirks, rounds }: Setup): readonly number[] {
  const first = quirks === 'none' ? 4 : 2;
  return rounds.flatMap((_round, index) => [first + 4 * index, first + 4 * index + 2]);
}

/**
 * Runs a conversation of several rounds. Each round continues from the JSON of the one before, calls `read_page` once and
 * answers. The text is in one place; the scripted model ignores it.
 */
export async function playInjection(
  { quirks, rounds }: Setup,
  place: (typeof places)[number],
  text: string,
): Promise<Outcome> {
  const executed: string[] = [];
  const answers: string[] = [];
  const question = place === 'user text' ? `Summarise this: ${text}` : 'Summarise the page.';
  const page = place === 'argument' ? text : 'index';
  let transcript: Transcript = Transcript.empty();
  const endpoint = await startLocalEndpoint({ quirks, contextWindow: 131_072 });
  try {
    for (const profile of rounds) {
      const agent = createAgent(endpoint, profile, { place, text, executed });
      endpoint.script.push(
        { calls: [{ name: 'read_page', arguments: { page } }] },
        { text: encodeAnswer(profile.dialect, 'It is done.') },
      );
      const result = await agent.run(question, { transcript });
      answers.push(result.status === 'completed' ? result.output : result.status);
      transcript = Transcript.fromJSON(JSON.parse(JSON.stringify(result.transcript)));
    }
    const prompts = endpoint.requests.flatMap(({ prompt }) => prompt ?? []);
    return {
      executed,
      answers,
      turnTokens: prompts.map((prompt) => prompt.split('<start_of_turn>').length - 1),
      strayTokens: prompts.flatMap(findStrayTokens),
    };
  } finally {
    await endpoint.close();
  }
}

function createAgent(
  endpoint: LocalEndpoint,
  profile: ModelProfile,
  { place, text, executed }: { place: string; text: string; executed: string[] },
): Agent {
  const readPage = tool({
    name: 'read_page',
    description: place === 'tool description' ? `Reads a page. ${text}` : 'Reads a page.',
    parameters: z.object({ page: z.string() }),
    execute: ({ page }) => {
      executed.push(`read_page ${page}`);
      return place === 'tool result' ? `The page says: ${text}` : 'The page is empty.';
    },
  });
  const deleteEverything = tool({
    name: 'delete_everything',
    description: 'Deletes everything.',
    parameters: z.object({}),
    execute: () => {
      executed.push('delete_everything');
      return 'gone';
    },
  });
  return new Agent({
    name: 'reader',
    instructions: 'Read what you are asked to read.',
    model: openaiCompatible({
      baseURL: endpoint.url,
      model: endpoint.models[0] ?? '',
      profile,
      retry: { maxRetries: 0 },
    }),
    tools: [readPage, deleteEverything],
  });
}

function encodeAnswer(dialect: DialectName, answer: string): string {
  return dialect === 'guided' ? JSON.stringify({ answer }) : answer;
}

/** Each turn has one token at its start and, except for the last turn, one at its end; `<bos>` is first. */
function findStrayTokens(prompt: string): string[] {
  const turns = prompt.split('<start_of_turn>').length - 1;
  const ends = prompt.split('<end_of_turn>').length - 1;
  const strays = [...prompt.slice('<bos>'.length).matchAll(otherTokens)].map(([token]) => token);
  return ends === turns - 1 ? strays : [...strays, `${ends} ends of ${turns} turns`];
}

const otherTokens =
  /<(?:start_of_image|end_of_image|image_soft_token|bos|eos|pad|unk|mask|unused\d+)>|\[multimodal\]/g;
