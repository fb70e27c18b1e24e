import type { DialectName } from './model-profile.ts';
import type { ServerKind } from './server-facts.ts';

/** The dialect in which a model solves most tasks on some servers, although these servers support tools for it. */
interface KnownDialect {
  readonly model: RegExp;
  readonly servers: readonly ServerKind[];
  readonly dialect: DialectName;
  /** The reason, as a sentence. */
  readonly why: string;
}

const knownDialects: readonly KnownDialect[] = [
  {
    // Measured: Qwen2.5-Coder-1.5B-Instruct Q4_K_M on llama-server, build 11434; see docs/decisions/guided-question.md.
    model: /qwen-?2\.?5-?coder/i,
    servers: ['llama.cpp', 'ollama'],
    dialect: 'guided',
    why: 'Qwen2.5-Coder writes its calls as text, which this server does not parse, and solves more tasks with a grammar.',
  },
];

/** What is known about a model on a server; `undefined` if nothing is. */
export function knownDialect(
  model: string,
  server: ServerKind | undefined,
): KnownDialect | undefined {
  if (server === undefined) return undefined;
  return knownDialects.find((each) => each.model.test(model) && each.servers.includes(server));
}
