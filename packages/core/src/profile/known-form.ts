import type { ProfileChanges } from './model-profile.ts';
import type { ServerFacts, ServerKind } from './server-facts.ts';

/** The form in which a model solves most tasks on some servers, although these servers support tools for it. */
interface KnownForm {
  readonly changes: Pick<ProfileChanges, 'dialect' | 'structuredOutput' | 'guidedExample'>;
  /** The reason, as a sentence. */
  readonly why: string;
}

/** Servers whose grammars are those of llama.cpp. They parse calls only in the form of the model's own template. */
const servers: readonly (ServerKind | undefined)[] = ['llama.cpp', 'ollama'];

const withGrammar: KnownForm['changes'] = {
  dialect: 'guided',
  structuredOutput: 'json_schema',
  guidedExample: true,
};

/** From this number of weights on, models are not counted as small. */
const smallBelow = 4e9;

/**
 * What is known about a model on a server; `undefined` if nothing is. Measured with Qwen2.5-Coder-1.5B-Instruct on
 * llama-server: see docs/decisions/guided-question.md.
 */
export function knownForm(model: string, facts: ServerFacts): KnownForm | undefined {
  if (!servers.includes(facts.server)) return undefined;
  if (/qwen-?2\.?5-?coder|qwen-coder/i.test(model)) {
    return {
      changes: withGrammar,
      why: 'Qwen2.5-Coder writes its calls as text, which this server does not parse, and solves more tasks with a grammar.',
    };
  }
  const { parameters = smallBelow, chatTemplate = '' } = facts;
  // A grammar from the first token on would leave no place for thoughts.
  if (parameters >= smallBelow || /think/i.test(chatTemplate)) return undefined;
  return {
    changes: withGrammar,
    why: 'The model has less than 4 billion weights, and small models solve more tasks with a grammar.',
  };
}
