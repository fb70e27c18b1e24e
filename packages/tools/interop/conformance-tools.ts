import { type JsonObject, jsonSchema, type Tool, tool } from '@turnwise/core';
import { z } from 'zod';

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The tools that the conformance scenarios call by name, and one with parameters for the inspector. */
export function conformanceTools(): Tool[] {
  return [
    tool({
      name: 'add',
      description: 'Adds two numbers.',
      parameters: z.object({ a: z.number(), b: z.number() }),
      execute: ({ a, b }) => ({ sum: a + b }),
    }),
    tool({
      name: 'test_simple_text',
      description: 'Returns a text.',
      execute: () => 'This is a simple text response for testing.',
    }),
    tool({
      name: 'test_image_content',
      description: 'Returns an image.',
      execute: () => ({ type: 'image', image: `data:image/png;base64,${pixel}` }),
    }),
    tool({
      name: 'test_error_handling',
      description: 'Always fails.',
      execute: () => {
        throw new Error('This tool intentionally returns an error for testing');
      },
    }),
    tool({
      name: 'test_tool_with_progress',
      description: 'Reports progress.',
      execute: async (_, { progress }) => {
        for (const each of [0, 50, 100]) {
          progress({ progress: each, total: 100 });
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return 'Done.';
      },
    }),
    tool({
      name: 'json_schema_2020_12_tool',
      description: 'Has a schema with keywords of JSON Schema 2020-12.',
      parameters: jsonSchema<Record<string, unknown>>(schema),
      execute: () => 'Done.',
    }),
  ];
}

const schema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
};
