import { existsSync } from 'node:fs';

/** A program of the comparison. */
export interface Candidate {
  readonly name: string;
  /** The file of its module. */
  readonly module: string;
  /** The format of the replies that the server sends to it. */
  readonly form: 'native' | 'prompted' | 'guided';
}

/** The program that all ratios refer to. */
export const baseline = 'raw';

/** Turnwise in each of its dialects, the hand-written loop, and the lower limit. */
export const ownCandidates: readonly Candidate[] = [
  { name: baseline, module: fileOf('raw'), form: 'native' },
  { name: 'limit', module: fileOf('limit'), form: 'native' },
  { name: 'turnwise native', module: fileOf('turnwise-native'), form: 'native' },
  { name: 'turnwise prompted', module: fileOf('turnwise-prompted'), form: 'prompted' },
  { name: 'turnwise guided', module: fileOf('turnwise-guided'), form: 'guided' },
];

/** Turnwise with the tracer of OpenTelemetry: without an SDK, and with one whose spans nobody exports. */
export const tracedCandidates: readonly Candidate[] = [
  {
    name: 'turnwise native, tracer without SDK',
    module: fileOf('turnwise-no-sdk'),
    form: 'native',
  },
  { name: 'turnwise native, tracer with SDK', module: fileOf('turnwise-traced'), form: 'native' },
];

const peerFolders: Readonly<Record<string, string>> = {
  xsai: 'xsai',
  'AI SDK': 'ai',
  'TanStack AI': 'tanstack',
  pi: 'pi',
  Strands: 'strands',
  'OpenAI Agents': 'openai-agents',
  LangChain: 'langchain',
  Mastra: 'mastra',
};

/** Other frameworks. Throws if one is not installed; the error contains the command that installs it. */
export function peerCandidates(): readonly Candidate[] {
  return Object.entries(peerFolders).map(([name, folder]) => {
    const home = new URL(`../peers/${folder}/`, import.meta.url).pathname;
    if (!existsSync(`${home}node_modules`)) {
      throw new Error(`"${name}" is not installed: run \`npm ci\` in ${home}`);
    }
    return { name, module: `${home}program.mjs`, form: 'native' };
  });
}

function fileOf(name: string): string {
  return new URL(`./programs/${name}.js`, import.meta.url).pathname;
}
