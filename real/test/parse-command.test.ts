import { describe, expect, test } from '@jest/globals';
import { parseCommand, type ServerChoice } from '../src/parse-command.ts';

function choiceOf(...given: string[]): ServerChoice {
  const command = parseCommand(given);
  if (command.kind !== 'up') throw new Error(`Expected "up", got "${command.kind}".`);
  return command.choice;
}

describe('the arguments of pnpm real', () => {
  test('"up" alone serves qwen on llama-server with its own template', () => {
    expect(choiceOf('up')).toEqual({
      model: 'qwen',
      server: 'llama-server',
      template: 'own',
      port: 8101,
      context: 16_384,
    });
  });

  test('"up vllm" serves gemma with the template that Privatemode uses', () => {
    expect(choiceOf('up', 'vllm')).toMatchObject({
      model: 'gemma',
      server: 'vllm',
      template: 'gemma-pythonic',
      port: 8102,
    });
  });

  test('gemma on llama-server gets the stock template, because its weights hold none', () => {
    expect(choiceOf('up', 'gemma')).toMatchObject({ template: 'gemma-stock', port: 8103 });
  });

  test('model and server can be given in any order', () => {
    expect(choiceOf('up', 'llama-server', 'gemma')).toEqual(
      choiceOf('up', 'gemma', 'llama-server'),
    );
  });

  test('each template of llama-server has a port of its own, and options go before defaults', () => {
    expect(choiceOf('up', '--template', 'gemma-stock').port).toBe(8103);
    expect(choiceOf('up', '--template', 'gemma-pythonic').port).toBe(8104);
    expect(choiceOf('up', '--port', '9000', '--context', '4096')).toMatchObject({
      port: 9000,
      context: 4096,
    });
  });

  test('"down" ends every server, or the one on a port', () => {
    expect(parseCommand(['down'])).toEqual({ kind: 'down', port: undefined });
    expect(parseCommand(['down', '--port', '8103'])).toEqual({ kind: 'down', port: 8103 });
  });

  test('no arguments and --help ask for the help', () => {
    expect(parseCommand([])).toEqual({ kind: 'help' });
    expect(parseCommand(['up', '--help'])).toEqual({ kind: 'help' });
  });

  test.each([
    [['start'], '"start"'],
    [['up', 'llama'], '"llama"'],
    [['up', 'qwen', 'gemma'], '"gemma"'],
    [['up', '--template', 'stock'], 'gemma-stock'],
    [['up', '--port', '0'], '"0"'],
    [['up', '--port', '70000'], '65535'],
    [['up', '--context', '4k'], '"4k"'],
    [['up', '--models', 'x'], '--models'],
    [['down', 'qwen'], '"qwen"'],
  ])('%j is refused, and the message names the cause', (given, cause) => {
    expect(() => parseCommand(given)).toThrow(
      expect.objectContaining({
        code: 'invalid_arguments',
        message: expect.stringContaining(cause),
      }),
    );
  });
});
