import { type Json, type JsonObject, toArray, toObject } from '../json.ts';
import { dereference, findCallShapes, toCallShape } from './call-shape.ts';
import { type Facts, fillValue, isAnswerName } from './fill-schema.ts';
import type { PastToolCall } from './read-calls.ts';

/** What the reply must contain: calls, or an answer. */
export interface Intent extends Facts {
  calls: readonly PastToolCall[];
}

/** Writes compact JSON that fits a schema, as constrained decoding would. */
export function writeByGrammar(grammar: JsonObject, intent: Intent): string {
  return JSON.stringify(new GrammarWriter(grammar, intent).write(grammar, '', intent.calls[0]));
}

class GrammarWriter {
  readonly #root: JsonObject;
  readonly #intent: Intent;

  constructor(root: JsonObject, intent: Intent) {
    this.#root = root;
    this.#intent = intent;
  }

  write(value: Json | undefined, name: string, call: PastToolCall | undefined, depth = 0): Json {
    const schema = dereference(value, this.#root);
    if (depth > 8) return null;
    const branches = [...toArray(schema.anyOf), ...toArray(schema.oneOf)];
    if (branches.length > 0) {
      return this.write(this.#chooseBranch(branches, call), name, call, depth + 1);
    }
    if (!this.#holdsCalls(schema)) return this.#writePlain(schema, name, depth);
    const shape = toCallShape(schema);
    if (shape !== undefined) {
      return { [shape.nameKey]: call?.name ?? '', [shape.argumentsKey]: call?.arguments ?? {} };
    }
    if (schema.items !== undefined) {
      return this.#intent.calls.map((each) => this.write(schema.items, name, each, depth + 1));
    }
    return this.#writeObject(schema, call, depth);
  }

  #writePlain(schema: JsonObject, name: string, depth: number): Json {
    if (schema.properties !== undefined) return this.#writeObject(schema, undefined, depth);
    return fillValue(schema, name, this.#intent, this.#root);
  }

  /** With calls, the answer is omitted, and vice versa, if the schema allows that. */
  #writeObject(schema: JsonObject, call: PastToolCall | undefined, depth: number): JsonObject {
    const required = toArray(schema.required);
    const properties = Object.entries(toObject(schema.properties));
    const hasCalls = this.#intent.calls.length > 0;
    const written = properties.flatMap(([key, property]) => {
      const isForCalls = this.#holdsCalls(property);
      const isWanted = isForCalls ? hasCalls : !(hasCalls && isAnswerName(key));
      if (!isWanted && !required.includes(key)) return [];
      const value = this.write(property, key, call, depth + 1);
      const isEmpty = value === undefined || (value === '' && !required.includes(key));
      return isEmpty ? [] : [[key, value] as const];
    });
    return Object.fromEntries(written);
  }

  #chooseBranch(branches: Json[], call: PastToolCall | undefined): Json | undefined {
    const real = branches.filter((branch) => toObject(branch).type !== 'null');
    if (this.#intent.calls.length === 0) {
      return real.find((branch) => !this.#holdsCalls(branch)) ?? real[0] ?? branches[0];
    }
    const named = real.find((branch) =>
      findCallShapes(branch, this.#root).some(({ names }) => names.includes(call?.name ?? '')),
    );
    return named ?? real.find((branch) => this.#holdsCalls(branch)) ?? real[0] ?? branches[0];
  }

  #holdsCalls(schema: Json): boolean {
    return findCallShapes(schema, this.#root).length > 0;
  }
}
