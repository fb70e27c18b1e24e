import { z } from 'zod';
import type { Tool } from '../../src/tool/tool.ts';
import { tool } from '../../src/tool/tool.ts';
import { tinyPng } from './tiny-image.ts';

/** One execution of a spy tool. */
export interface Execution {
  readonly name: string;
  readonly input: unknown;
}

/** What the spy tools are given. */
export interface SpyContext {
  /** Asked once per step for the tool `sometimes`. */
  isOn(): boolean;
}

/** How spy tools reach the test. */
export interface SpyOptions {
  /** Called when an execution starts. */
  readonly ran: (execution: Execution) => void;
  /** Lets the clock run; called once a tool hangs. */
  readonly passTime: (milliseconds: number) => void;
  /** Text with control tokens that descriptions and results hold. */
  readonly poison: string;
}

/** The names of the spy tools that need an argument `text`. */
export const textTools = ['echo', 'get-weather', 'fails', 'alone', 'guarded', 'sometimes'] as const;

/** Tools of every kind: they report each execution, and do what their name promises. */
export function spyTools({ ran, passTime, poison }: SpyOptions): readonly Tool<SpyContext>[] {
  const text = textSchema(poison);
  const spy = (
    name: string,
    answer: (text: string) => object | string | Promise<never>,
    options: Partial<Omit<Tool<SpyContext>, 'grounded'>> = {},
  ): Tool<SpyContext> =>
    tool({
      ...options,
      name,
      description: `Does ${name}. ${poison}`,
      parameters: text,
      execute: (input, { progress }) => {
        ran({ name, input });
        progress({ at: name });
        return answer(input.text);
      },
    });
  return [
    spy('echo', (text) => `${poison}${text}`),
    spy('get-weather', (text) => ({ forModel: { text }, forApp: { poison } })),
    spy('fails', (text) => Promise.reject(new Error(`${poison}${text}`))),
    spy('alone', () => '', { concurrency: 'exclusive', maxResultChars: 5 }),
    spy('guarded', (text) => text, { needsApproval: true }),
    spy('sometimes', (text) => text, { isEnabled: (context: SpyContext) => context.isOn() }),
    tool({
      name: 'photo',
      description: 'Takes a picture.',
      parameters: nothing,
      execute: (input) => {
        ran({ name: 'photo', input });
        const half = poison.slice(0, 3);
        return [
          { type: 'text' as const, text: half },
          { type: 'text' as const, text: poison.slice(3) },
          { type: 'image' as const, image: tinyPng },
          { type: 'text' as const, text: poison },
        ];
      },
    }),
    tool({
      name: 'hangs',
      description: 'Never ends, and ignores its signal.',
      parameters: nothing,
      timeoutMs: 1_000,
      execute: (input) => {
        ran({ name: 'hangs', input });
        queueMicrotask(() => passTime(1_000));
        return new Promise<never>(() => {});
      },
    }),
  ];
}

/** Schemas are converted once per object, and a scenario runs thousands of times. */
const schemas = new Map<string, TextSchema>();
const nothing = z.object({});

type TextSchema = z.ZodObject<{ text: z.ZodString; times: z.ZodOptional<z.ZodNumber> }>;

function textSchema(poison: string): TextSchema {
  const known = schemas.get(poison);
  if (known !== undefined) return known;
  const made = z.object({
    text: z.string().describe(`Any text. ${poison}`),
    times: z.number().int().optional(),
  });
  schemas.set(poison, made);
  return made;
}
