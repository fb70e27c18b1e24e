import { isJsonObject, type JsonObject, parseJson } from '../../json.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { lastInput } from '../../turns/inputs.ts';
import { callsAfter } from '../grounding/given-values.ts';
import type { AnswerDoubt, Environment } from './answer-doubt.ts';

/** An answer in a form with an identifier for a name, a phone number or an address that another tool can look up. */
export function doubtForm<Context>(
  json: string,
  { properties }: JsonObject,
  { tools, kinds, conversation: { turns } }: Environment<Context>,
): AnswerDoubt | undefined {
  const value = parseJson(json);
  if (value === undefined || !isJsonObject(value) || !isJsonObject(properties)) return undefined;
  const calls = callsAfter(turns, lastInput(turns).place);
  for (const [name, found] of Object.entries(value)) {
    const description = String(Object(properties[name]).description ?? '');
    if (typeof found !== 'string' || !kinds.isOnlyIdentifiers(found)) continue;
    if (!/name|phone|mail|address/i.test(`${name} ${description}`)) continue;
    const open = tools.filter(
      (tool) =>
        isLookUp(tool) &&
        kinds.isTakenBy(tool.schema.jsonSchema, found) &&
        calls.every((call) => call.name !== tool.name),
    );
    if (open.length > 0) {
      const reason = `"${name}" of the form is ${found}, which a tool can look up.`;
      return { reason, tools: open.map((tool) => tool.name) };
    }
  }
  return undefined;
}
