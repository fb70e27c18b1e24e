import type { Cell } from './cells.ts';

const program = `
import { Agent, Session, type RunResult, tool, TurnwiseError } from '@turnwise/core';
import { probeProfile } from '@turnwise/core/doctor';
import type { Effects, ModelReply } from '@turnwise/core/model';
import { scriptedModel } from '@turnwise/core/testing';
import { startLocalEndpoint } from '@turnwise/local';
import { calculator } from '@turnwise/tools';
import { z } from 'zod';

const add = tool({
  name: 'add',
  description: 'A tool.',
  parameters: z.object({ a: z.number() }),
  execute: ({ a }) => a.toFixed(1),
});
const tools = [add, calculator()];
const agent = new Agent({ name: 'a', model: scriptedModel([]), tools });

export const result: Promise<RunResult<string>> = agent.run('hi', { session: new Session() });
export type Ports = Effects | ModelReply;
export const others = [TurnwiseError, probeProfile, startLocalEndpoint];
`;

function typeCell(module: string, resolution: string, sources: readonly string[]): Cell {
  const options = {
    module,
    moduleResolution: resolution,
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: false,
    noEmit: true,
  };
  return {
    name: `TypeScript, ${resolution}`,
    isQuick: resolution === 'nodenext',
    files: {
      'package.json': '{ "type": "commonjs" }',
      'tsconfig.json': JSON.stringify({ compilerOptions: options, files: sources }),
      ...Object.fromEntries(sources.map((source) => [source, program])),
    },
    prepare: [['tsc', '-p', '.']],
  };
}

/** The settings of TypeScript, each for a file of every kind of module. The types of the packages are checked, too. */
export const typeCells: readonly Cell[] = [
  ...['node16', 'node18', 'nodenext'].map((module) =>
    typeCell(module, module === 'node18' ? 'node16' : module, ['program.mts', 'program.cts']),
  ),
  typeCell('esnext', 'bundler', ['program.ts']),
].map((cell, index) => (index === 1 ? { ...cell, name: 'TypeScript, node18' } : cell));
