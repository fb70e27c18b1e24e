import { existsSync } from 'node:fs';

/** A program that is compared with others. */
export interface Candidate {
  readonly name: string;
  /** File of its module. */
  readonly module: string;
  /** Which replies the server is to give it. */
  readonly form: 'native' | 'prompted' | 'guided';
}

/** The program that the ratios are of. */
export const baseline = 'raw';

/** Turnwise in each of its dialects, between the loop by hand and what is possible at all. */
export const ownCandidates: readonly Candidate[] = [
  { name: baseline, module: fileOf('raw'), form: 'native' },
  { name: 'limit', module: fileOf('limit'), form: 'native' },
  { name: 'turnwise native', module: fileOf('turnwise-native'), form: 'native' },
  { name: 'turnwise prompted', module: fileOf('turnwise-prompted'), form: 'prompted' },
  { name: 'turnwise guided', module: fileOf('turnwise-guided'), form: 'guided' },
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

/** Other frameworks. Throws where one is not installed, with the command that does it. */
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
