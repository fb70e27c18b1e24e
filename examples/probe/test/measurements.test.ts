import { beforeAll, describe, expect, test } from '@jest/globals';
import * as core from '@turnwise/core';
import { type MeasuredThing, probeProfile, type ServerReport } from '@turnwise/core/doctor';
import { startLocalEndpoint } from '@turnwise/local';
import { type ImitatedServer, imitatedServers } from '../src/choose-server.ts';

const reports = new Map<ImitatedServer, ServerReport>();

beforeAll(async () => {
  for (const quirks of imitatedServers) {
    const endpoint = await startLocalEndpoint({ quirks });
    const model = endpoint.models[0] ?? '';
    reports.set(quirks, await probeProfile({ baseURL: endpoint.url, model }));
    await endpoint.close();
  }
});

const reportOf = (server: ImitatedServer): ServerReport => {
  const report = reports.get(server);
  if (report === undefined) throw new Error(`${server} was not measured.`);
  return report;
};

type Line = readonly [
  thing: MeasuredThing,
  vllm: string,
  vllm032: string,
  llama2025: string,
  llama2026: string,
  llama2026Silent: string,
  ollama: string,
  none: string,
];

// packages/local defines what each server does, as recorded from real servers. The measurements must find it.
const lines: readonly Line[] = [
  ['system role', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'],
  ['user twice in a row', 'no 400', 'no 400', 'no 500', 'no 400', 'no 400', 'yes', 'yes'],
  ['tools', 'yes', 'yes', 'yes', 'no ignored', 'no ignored', 'no 400', 'yes'],
  ['tool choice "required"', 'yes', 'yes', 'yes', 'no ignored', 'no ignored', 'no 400', 'yes'],
  ['tool choice by name', 'yes', 'yes', 'no ignored', 'no ignored', 'no ignored', 'no 400', 'yes'],
  ['several calls in a reply', 'yes', 'yes', 'unclear', 'unclear', 'unclear', 'no 400', 'yes'],
  ['calls in a stream', 'yes', 'yes', 'yes', 'unclear', 'unclear', 'no 400', 'yes'],
  ['tool role', 'yes', 'yes', 'yes', 'no 400', 'no 400', 'no 400', 'yes'],
  ['several results in a row', 'yes', 'yes', 'no 500', 'no 400', 'no 400', 'no 400', 'yes'],
  ['usage', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'],
  ['usage in a stream', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'],
  [
    'json_schema',
    'yes enforced',
    'yes enforced',
    'yes enforced',
    'yes enforced',
    'yes enforced',
    'yes enforced',
    'yes enforced',
  ],
  ['every schema keyword', 'no 400', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'],
  ['json_object', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes'],
  ['images', 'yes 260', 'no 400', 'no 500', 'no 500', 'no 500', 'yes 260', 'yes 260'],
  [
    'context window',
    'yes 131072',
    'yes 8192',
    'yes 4096',
    'yes 4096',
    'yes 4096',
    'yes 4096',
    'yes 131072',
  ],
];

describe('what is measured', () => {
  const cells = lines.flatMap(([thing, ...found]) =>
    imitatedServers.map((server, index) => [thing, server, found[index] ?? ''] as const),
  );

  test.each(cells)('%s, on %s: %s', (thing, server, expected) => {
    const line = reportOf(server).measurements.find((each) => each.thing === thing);
    const found = `${line?.verdict} ${line?.detail}`.trim();
    expect(found.slice(0, expected.length)).toBe(expected);
  });
});

describe('the measured profile', () => {
  test.each([
    ['vllm', 'gemma-3', 'native', 'strict', 'xgrammar', 131_072],
    ['vllm-0.32', 'gemma-3', 'native', 'strict', 'none', 8192],
    ['llama.cpp-2025', 'gemma-3', 'native', 'strict', 'llama.cpp', 4096],
    ['llama.cpp-2026', 'gemma-3-strict', 'prompted', 'strict', 'llama.cpp', 4096],
    ['llama.cpp-2026-silent', 'gemma-3-strict', 'prompted', 'strict', 'llama.cpp', 4096],
    ['ollama', 'gemma-3-strict', 'prompted', 'strict', 'llama.cpp', 4096],
    ['none', 'openai', 'native', 'relaxed', 'none', 131_072],
  ] as const)('of %s is %s, %s', (server, id, dialect, order, constraints, contextWindow) => {
    expect(reportOf(server).profile).toMatchObject({
      id,
      dialect,
      turns: { order },
      constraints,
      contextWindow,
      structuredOutput: 'json_schema',
    });
  });

  test.each(imitatedServers)('of %s is the value of the printed code', (server) => {
    const { code, profile } = reportOf(server);
    const body = code.replace(/^import .*$/m, '').replace('export const profile =', 'return');
    const make = new Function(...Object.keys(core), body);
    expect(make(...Object.values(core))).toEqual(profile);
  });
});
