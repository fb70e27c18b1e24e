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

/** A server, and the profiles that the rounds of a conversation are spoken in. */
export interface Way {
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

/** One for each way in which text can reach a model, and for each change of dialect in the middle. */
export const ways: readonly (readonly [string, Way])[] = [
  ['native, prompted, guided', { quirks: 'vllm', rounds: [native, prompted, guided] }],
  ['guided, native, prompted', { quirks: 'vllm', rounds: [guided, native, prompted] }],
  ['prompted, guided, native', { quirks: 'vllm', rounds: [prompted, guided, native] }],
  ['strict turns', { quirks: 'llama.cpp-2026', rounds: [gemma3Strict, strictlyGuided] }],
  ['relaxed turns', { quirks: 'none', rounds: [relaxed, relaxed] }],
];

/** Where the text of a stranger stands. */
export const places = ['user text', 'tool result', 'tool description', 'argument'] as const;

/** What came of it. */
export interface Played {
  /** Every execution of a tool, in order. */
  readonly executed: readonly string[];
  /** How the runs ended. */
  readonly answers: readonly string[];
  /** Turn marks in each rendered prompt, the one that the model writes on from included. */
  readonly turnMarks: readonly number[];
  /** Control tokens in the prompts that no template writes. */
  readonly strayTokens: readonly string[];
}

/**
 * Turn marks that the rounds below must render: the question, then call and result behind it; two more for each answered
 * round before. The relaxed server says the instructions and the tools in turns of their own.
 */
export function expectedMarks({ quirks, rounds }: Way): readonly number[] {
  const first = quirks === 'none' ? 4 : 2;
  return rounds.flatMap((_round, place) => [first + 4 * place, first + 4 * place + 2]);
}

/**
 * A conversation of several rounds, each of which goes on from the JSON of the one before, calls `read_page` once and
 * answers; the text stands in one place. The model does only what it would do without it.
 */
export async function playInjection(
  { quirks, rounds }: Way,
  place: (typeof places)[number],
  text: string,
): Promise<Played> {
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
        { text: sayAnswer(profile.dialect, 'It is done.') },
      );
      const result = await agent.run(question, { transcript });
      answers.push(result.status === 'completed' ? result.output : result.status);
      transcript = Transcript.fromJSON(JSON.parse(JSON.stringify(result.transcript)));
    }
    const prompts = endpoint.requests.flatMap(({ prompt }) => prompt ?? []);
    return {
      executed,
      answers,
      turnMarks: prompts.map((prompt) => prompt.split('<start_of_turn>').length - 1),
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

function sayAnswer(dialect: DialectName, answer: string): string {
  return dialect === 'guided' ? JSON.stringify({ answer }) : answer;
}

/** Each turn has one mark at its start and, but for the last, one at its end; `<bos>` stands first. */
function findStrayTokens(prompt: string): string[] {
  const turns = prompt.split('<start_of_turn>').length - 1;
  const ends = prompt.split('<end_of_turn>').length - 1;
  const strays = [...prompt.slice('<bos>'.length).matchAll(otherTokens)].map(([token]) => token);
  return ends === turns - 1 ? strays : [...strays, `${ends} ends of ${turns} turns`];
}

const otherTokens =
  /<(?:start_of_image|end_of_image|image_soft_token|bos|eos|pad|unk|mask|unused\d+)>|\[multimodal\]/g;
