import { expect, test } from '@jest/globals';
import { connectMcp } from '../../src/mcp/connect-mcp.ts';
import { joinTools } from '../../src/mcp/join-tools.ts';
import { serveMcp } from '../../src/mcp/serve-mcp.ts';

const url = 'http://127.0.0.1:9/mcp';

test.each<[string, () => unknown, RegExp]>([
  [
    'connectMcp() with a url',
    () => connectMcp({ name: 'x', url } as never),
    /transport: \{ url \}/,
  ],
  [
    'connectMcp() with a text as transport',
    () => connectMcp({ name: 'x', transport: url as never }),
    /\{ command, args \}.*\{ url \}/,
  ],
  ['serveMcp() without options', () => serveMcp(undefined as never), /name and a version/],
  [
    'serveMcp() of a tool of another library',
    () => serveMcp({ name: 'x', version: '1', tools: [{ inputSchema: {} }] as never }),
    /tool\(\{ … \}\)/,
  ],
  ['joinTools() of a list of lists', () => joinTools([[{}]] as never), /joinTools\(files\.tools/],
])('%s is refused with what to pass', async (_what, call, message) => {
  await expect((async () => await call())()).rejects.toThrow(message);
});
