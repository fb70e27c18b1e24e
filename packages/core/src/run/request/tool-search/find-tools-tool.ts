import type { ToolSpec } from '../../../dialect/dialect.ts';
import { wireName } from '../../../dialect/wire-name.ts';
import type { JsonObject } from '../../../json.ts';
import { memoize } from '../../../memoize.ts';
import { jsonSchema } from '../../../schema/convert/to-schema.ts';
import { shorten } from '../../../shorten.ts';
import { rankTools } from '../../../tool/rank-tools.ts';
import { type Tool, tool } from '../../../tool/tool.ts';
import { findToolsName } from '../../state/tool-search-options.ts';

const parameters = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'What the tool must do, in a few English words' },
  },
  required: ['query'],
} satisfies JsonObject;

/** Most tools that one search finds. */
const maxFound = 5;
/** Characters of a description in the result. The next request has the whole description. */
const maxDescriptionChars = 120;

/** The tool that finds tools among these. The same list gives the same tool. */
export const findToolsTool: (specs: readonly ToolSpec[]) => Tool = memoize((specs) =>
  tool({
    name: findToolsName,
    description: `Finds tools. ${specs.length} more tools exist${describeGroups(specs)}. Search with this tool first; you can call what it finds in your next reply.`,
    parameters: jsonSchema<{ query: string }>(parameters),
    repeat: 'safe',
    execute: ({ query }) => {
      const found = rankTools(specs, query).slice(0, maxFound);
      const forApp = { tools: found.map(({ name }) => name) };
      if (found.length === 0) {
        return { forModel: 'No tool was found. Search with other words.', forApp };
      }
      const lines = found.map(
        ({ name, description }) =>
          `- ${wireName(name)}: ${shorten(description, maxDescriptionChars)}`,
      );
      return { forModel: `You can call these tools now:\n${lines.join('\n')}`, forApp };
    },
  }),
);

/** Most groups that the description of the tool names. */
const maxGroups = 20;

/** What the tools are about: how their names begin, if several tools share one. */
function describeGroups(specs: readonly ToolSpec[]): string {
  const sizes = new Map<string, number>();
  for (const { name } of specs) {
    const [group = ''] = name.split(/[./:_-]/);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const groups = [...sizes].filter(([group, size]) => group !== '' && size > 1);
  if (groups.length === 0) return '';
  const largest = groups.sort(([, one], [, other]) => other - one).slice(0, maxGroups);
  const rest = groups.length > maxGroups ? ' and others' : '';
  return `, for example for ${largest.map(([group]) => group).join(', ')}${rest}`;
}
