import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import type { Tool } from '../../tool/tool.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { wordsIn } from './words-in.ts';

/** The tools whose texts share at least this many words with an English text. */
export function toolsAbout<Context>(
  text: string,
  tools: readonly Tool<Context>[],
  { shared }: { readonly shared: number },
): readonly Tool<Context>[] {
  const asked = new Set(looksEnglish(text) ? wordsIn(text) : []);
  return tools.filter((tool) => {
    const own = new Set(wordsIn(textOfTool(tool)));
    return [...asked].filter((word) => own.has(word)).length >= shared;
  });
}

function textOfTool<Context>({ name, description, schema }: Tool<Context>): string {
  const parameters = parametersOf(schema.jsonSchema).flatMap(({ names, schemas }) => [
    names.at(-1) ?? '',
    ...schemas.flatMap(({ description: text, enum: list }) => [text ?? '', list ?? []]),
  ]);
  return [name, description, parameters.join('\n')].join('\n');
}
