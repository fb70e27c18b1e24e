import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  Agent,
  defineProfile,
  type Fix,
  openaiCompatible,
  profiles,
  type RunEvent,
  TurnwiseError,
  tool,
} from '@turnwise/core';
import type { ToolResultStatus } from '@turnwise/core/model';
import { scriptedModel } from '@turnwise/core/testing';
import { packageNames, readPage, root } from './snippets.ts';

const packages = packageNames().map((name) => `packages/${name}`);
const folders = ['', 'docs', 'docs/guide', 'docs/decisions', 'bench', 'real', ...packages];
const pages = folders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

test.each(pages)('the links of %s have a target', (page) => {
  expect(linksOf(page).filter((link) => !hasTarget(page, link))).toEqual([]);
});

describe('the page on model options', () => {
  const page = 'docs/guide/model-options.md';
  const base = { baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' };
  const unknown = { qqqqqqqqqqqqqqqq: 1 } as object;
  const model = scriptedModel([]);

  test.each([
    ['of `openaiCompatible`', () => openaiCompatible({ ...base, ...unknown })],
    ['`retry`', () => openaiCompatible({ ...base, retry: unknown })],
    ['`timeouts`', () => openaiCompatible({ ...base, timeouts: unknown })],
    ['`settings`', () => new Agent({ name: 'a', model, settings: unknown })],
  ])('lists every option %s', (heading, use) => {
    expect(namesInTable(page, heading)).toEqual(knownOptions(use));
  });
});

describe('the page on agents and runs', () => {
  const page = 'docs/guide/agents-and-runs.md';
  const unknown = { qqqqqqqqqqqqqqqq: 1 } as object;
  const model = scriptedModel([]);
  const agent = new Agent({ name: 'a', model });

  test('lists every option of an agent', () => {
    const known = knownOptions(() => new Agent({ name: 'a', model, ...unknown }));
    expect(namesInTable(page, 'Options of an agent')).toEqual(known);
  });

  test('lists every option of a run that is not an option of an agent', () => {
    const known = [
      ...knownOptions(() => agent.stream('Hi', unknown)),
      ...knownOptions(() => agent.resume({}, unknown)),
    ];
    const ofAgent = namesInTable(page, 'Options of an agent');
    const others = new Set(known.filter((name) => !ofAgent.includes(name)));
    expect(namesInTable(page, 'Options of one run')).toEqual([...others].sort());
  });
});

test('the page on tools lists every option of a tool', () => {
  const definition = { name: 'a', description: 'A.', parameters: { type: 'object' } } as const;
  const known = knownOptions(() =>
    tool({ ...definition, execute: () => 'Done.', ...{ qqqqqqqqqqqqqqqq: 1 } }),
  );
  expect(namesInTable('docs/guide/tools.md', 'Options')).toEqual(known);
});

test('every error text of the page on troubleshooting exists in the code', () => {
  const page = readPage('docs/guide/troubleshooting.md').split('## No error')[0] ?? '';
  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = '']) => text);
  const code = sourcesIn('packages/core/src').join('\n').toLowerCase();
  expect(rows.length).toBeGreaterThan(20);
  const pieces = rows.flatMap((text) => text.toLowerCase().split('…'));
  expect(pieces.filter((piece) => !code.includes(piece))).toEqual([]);
});

test('the page on dialects lists every field of a profile', () => {
  const known = knownOptions(() =>
    defineProfile(profiles.openai, { qqqqqqqqqqqqqqqq: 1 } as object),
  );
  expect(namesInTable('docs/guide/dialects.md', 'Fields of a profile')).toEqual(known);
});

test('the page on events lists every event', () => {
  expect(namesInTable('docs/guide/events.md', 'All events')).toEqual(Object.keys(events).sort());
});

/** Every event; the compiler refuses a missing or an unknown one. */
const events: Readonly<Record<RunEvent['type'], true>> = {
  'run-started': true,
  'user-turn-added': true,
  'input-steered': true,
  'step-started': true,
  'profile-detected': true,
  'context-compacted': true,
  'request-started': true,
  'text-delta': true,
  'reasoning-delta': true,
  'call-delta': true,
  'output-delta': true,
  'request-retried': true,
  'stream-restarted': true,
  'dialect-changed': true,
  'request-finished': true,
  'turn-fixed': true,
  'assistant-turn-added': true,
  'loop-detected': true,
  'decision-requested': true,
  'decision-resolved': true,
  'tool-started': true,
  'tool-progressed': true,
  'tool-finished': true,
  'tool-turn-added': true,
  'limit-neared': true,
  'step-finished': true,
  'run-finished': true,
  'run-failed': true,
};

test('the page on fixes lists every fix', () => {
  expect(namesInTable('docs/guide/fixes.md', 'All fixes')).toEqual(Object.keys(fixes).sort());
});

test('the page on agents and runs lists every status of a call', () => {
  const listed = namesInTable('docs/guide/agents-and-runs.md', 'The result');
  expect(listed).toEqual(expect.arrayContaining(Object.keys(callStatuses)));
});

/** Every fix; the compiler refuses a missing or an unknown one. */
const fixes: Readonly<Record<Fix['kind'], true>> = {
  'dropped-text': true,
  'salvaged-call': true,
  'moved-reasoning': true,
  'repaired-name': true,
  'repaired-arguments': true,
  'dropped-arguments': true,
  'repaired-output': true,
  'cut-text': true,
  'asked-again': true,
  'dropped-calls': true,
  'rejected-draft': true,
  'truncated-prompt': true,
  'estimated-usage': true,
  'unknown-finish-reason': true,
  'ignored-empty-calls': true,
  'reasoning-as-answer': true,
  'answered-at-limit': true,
  'answered-calls': true,
};

/** Every status of a call; the compiler refuses a missing or an unknown one. */
const callStatuses: Readonly<Record<ToolResultStatus, true>> = {
  ok: true,
  error: true,
  denied: true,
  timeout: true,
  cancelled: true,
  'unknown-tool': true,
  'invalid-arguments': true,
  'ungrounded-arguments': true,
};

/** The names in the first column of the table below a heading, sorted. */
function namesInTable(page: string, heading: string): string[] {
  const sections = readPage(page).split(/^## /m);
  const section = sections.find((each) => each.split('\n', 1)[0]?.includes(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`.]+)` \|/gm)].map(([, name = '']) => name).sort();
}

/** The options that the error for an unknown one lists, sorted. */
function knownOptions(use: () => unknown): string[] {
  try {
    use();
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    const [, list = ''] = thrown.message.split('Known options: ');
    return [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name).sort();
  }
  return [];
}

/** The text of every source file in a folder. */
function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readPage(join(folder, path)));
}

/** The links of a page to files and headings of the repository. */
function linksOf(page: string): string[] {
  return [...readPage(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^(?:https?|mailto):/.test(link));
}

function hasTarget(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return heading === undefined || headingsOf(target).includes(heading);
}

/** The anchors of the headings of a page, as GitHub makes them. */
function headingsOf(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
