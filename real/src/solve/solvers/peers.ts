/** A framework that is compared, and the program that uses it. */
export const peerPrograms = {
  'ai-sdk': 'ai-sdk.mjs',
  'openai-agents': 'openai-agents.mjs',
  langchain: 'langchain.mjs',
} as const;

/** The packages of the peers, and the Node.js that runs them: exact versions from the npm registry. */
export const peerPackages: Readonly<Record<string, string>> = {
  '@ai-sdk/openai-compatible': '3.0.92',
  '@langchain/core': '1.4.0',
  '@langchain/openai': '1.6.0',
  '@openai/agents': '0.20.0',
  ai: '7.0.173',
  langchain: '1.5.14',
  node: '24.9.0',
  openai: '7.57.0',
  zod: '4.6.7',
};
