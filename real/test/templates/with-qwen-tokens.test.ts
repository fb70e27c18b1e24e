import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withQwenTokens } from '../../src/templates/with-qwen-tokens.ts';

const pythonic = join(import.meta.dirname, '../../templates/gemma-pythonic.jinja');

describe("a Gemma template in Qwen's tokens", () => {
  test('writes the turns and the role as Qwen knows them', () => {
    const gemma = `{{ bos_token }}{%- if message['role'] == 'assistant' -%}{%- set role = "model" -%}{%- endif -%}
{{ '<start_of_turn>' + role }}{{ '<end_of_turn>' }}{{ '<start_of_turn>model\n' }}`;
    expect(withQwenTokens(gemma)).toBe(
      `{%- if message['role'] == 'assistant' -%}{%- set role = "assistant" -%}{%- endif -%}
{{ '<|im_start|>' + role }}{{ '<|im_end|>' }}{{ '<|im_start|>assistant\n' }}`,
    );
  });

  test('keeps the rules: the order of the roles, the list of tools and the place of results', async () => {
    const changed = withQwenTokens(await readFile(pythonic, 'utf8'));
    expect(changed).toContain('Conversation roles must alternate');
    expect(changed).toContain('tools | tojson(indent=4)');
    expect(changed).toContain("'tool': 'user'");
    expect(changed).toContain("{'assistant': 'assistant'");
  });

  test('is refused if a token of Gemma is left', () => {
    expect(() => withQwenTokens('{{ message.content + bos_token }}')).toThrow(
      expect.objectContaining({ code: 'template_invalid' }),
    );
  });
});
