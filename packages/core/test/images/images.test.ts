import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Agent,
  createNetGuard,
  type ImageOptions,
  type ImageSource,
  memoryBlobStore,
  type NetGuard,
  TurnwiseError,
  tool,
} from '../../src/index.ts';
import { callsTool, type ScriptedModel, says, scriptedModel } from '../../src/testing/index.ts';
import { makePng } from '../support/make-png.ts';
import { startModelServer } from '../support/model-server.ts';
import { tinyJpeg } from '../support/tiny-image.ts';

const png = Buffer.from(makePng(30, 20));
const dataUrl = (bytes: Uint8Array, type = 'image/png') =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  file = join(folder, 'a picture?.png');
  await writeFile(file, png);
});
afterAll(() => rm(folder, { recursive: true }));

describe('an image of an input may be', () => {
  const sources: readonly (readonly [string, () => ImageSource])[] = [
    ['the path of a file', () => file],
    ['a path from the working folder', () => relative(process.cwd(), file)],
    ['a file: URL', () => pathToFileURL(file)],
    ['a file: URL in a string', () => pathToFileURL(file).href],
    ['a buffer', () => png],
    ['an array of bytes', () => Uint8Array.from(png)],
    ['an ArrayBuffer', () => Uint8Array.from(png).buffer],
    ['a Blob', () => new Blob([Uint8Array.from(png)])],
    ['a data: URL', () => dataUrl(png)],
    ['a data: URL as an object', () => new URL(dataUrl(png))],
    ['a data: URL that names no type', () => dataUrl(png, '')],
  ];

  test.each(sources)('%s', async (_, source) => {
    const { image, bytes } = await show(source());
    expect(image).toMatchObject({ mediaType: 'image/png', width: 30, height: 20 });
    expect(bytes).toEqual(png);
  });

  test('an image of the conversation', async () => {
    const blobs = memoryBlobStore();
    const { image } = await show(png, { blobs });
    expect((await show(image, { blobs })).image).toEqual(image);
  });

  test('an https: URL, through the network guard', async () => {
    await using server = await servesImage(png);
    const { image } = await show('https://pictures.example/a.png', {
      images: { guard: server.guard },
    });
    expect(image).toMatchObject({ width: 30, height: 20 });
  });
});

describe('the type of an image is found from its bytes', () => {
  test('so that a JPEG may be named .png', async () => {
    const named = join(folder, 'photo.png');
    await writeFile(named, tinyJpeg);
    expect((await show(named)).image.mediaType).toBe('image/jpeg');
  });

  test('and a data: URL that says another type is refused', async () => {
    await expect(show(dataUrl(tinyJpeg, 'image/png'))).rejects.toMatchObject({
      code: 'invalid_image',
    });
    expect((await show(dataUrl(tinyJpeg, 'image/jpg'))).image.mediaType).toBe('image/jpeg');
  });
});

test('bytes that the program changes later stay what they were in the conversation', async () => {
  const mine = Uint8Array.from(png);
  const { blobs, image } = await show(mine);
  mine.fill(0);
  expect(await blobs.get(image.sha256)).toEqual(png);
});

describe('refused before anything is sent', () => {
  const refusals: readonly (readonly [string, () => ImageSource | Promise<ImageSource>, RegExp])[] =
    [
      ['a text named .png', () => write('notes.png', 'Only words in here.'), /notes\.png/],
      ['an empty file', () => write('empty.png', ''), /empty\.png/],
      ['a PNG that was cut off', () => png.subarray(0, -12), /The image/],
      ['a file that is not there', () => join(folder, 'none.png'), /none\.png.*does not exist/],
      ['a folder', () => folder, /is a folder/],
      ['base64 that is broken', () => 'data:image/png;base64,%%%', /base64/],
      ['base64 without data: before it', () => png.toString('base64').repeat(90), /data:/],
      ['an image that is not stored', () => ref(), /blob store/],
      ['plain http', () => 'http://pictures.example/a.png', /"pictures\.example".*https/],
      ['no URL', () => 'https://', /no URL/],
      ['a path with a zero in it', () => 'a\0b.png', /cannot be/],
    ];

  test.each(refusals)('%s', async (_, source, message) => {
    const model = scriptedModel([says('Seen.')]);
    await expect(show(await source(), { model })).rejects.toMatchObject({
      code: 'invalid_image',
      message: expect.stringMatching(message),
    });
    expect(model.requests).toEqual([]);
  });

  test('a file of 200 MB', async () => {
    await expect(show(await writeSparse('large.png', 200 * 1024 ** 2))).rejects.toMatchObject({
      code: 'invalid_image',
      message: expect.stringMatching(/209715200 bytes.*images\.maxBytes/),
    });
  });

  test.each(['/dev/zero', '/proc/self/mem'])('%s, which has no end', async (path) => {
    if (process.platform !== 'linux') return;
    await expect(show(path)).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test('a pipe, without waiting for its other end', async () => {
    if (process.platform === 'win32') return;
    const pipe = join(folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    await expect(show(pipe)).rejects.toMatchObject({ code: 'invalid_image' });
  });

  const large: readonly (readonly [string, () => ImageSource])[] = [
    ['bytes', () => png],
    ['a Blob', () => new Blob([png])],
    ['a data: URL', () => dataUrl(png)],
    ['a file', () => file],
  ];
  test.each(large)('%s above the bound of the agent', async (_, source) => {
    const images = { maxBytes: png.length - 1 };
    await expect(show(source(), { images })).rejects.toMatchObject({ code: 'invalid_image' });
    expect((await show(source(), { images: { maxBytes: png.length } })).image.width).toBe(30);
  });

  test('more pixels than are taken', async () => {
    await expect(show(png, { images: { maxPixels: 599 } })).rejects.toMatchObject({
      code: 'invalid_image',
      message: expect.stringMatching(/30 by 20.*images\.maxPixels/),
    });
  });

  test('few bytes that say they are a giant', async () => {
    const giant = Buffer.from(png);
    giant.writeUInt32BE(60_000, 16);
    giant.writeUInt32BE(60_000, 20);
    await expect(show(giant)).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test.each([[''], [42], [null], [{}], [undefined]])(
    '%j, which is no image at all',
    async (given) => {
      await expect(show(given as unknown as ImageSource)).rejects.toMatchObject({
        code: 'invalid_options',
      });
    },
  );
});

describe('an image at an address', () => {
  test('of the own network is refused', async () => {
    const guard = createNetGuard({ resolve: async () => [{ address: '10.0.0.7', family: 4 }] });
    await expect(
      show('https://pictures.example/a.png', { images: { guard } }),
    ).rejects.toMatchObject({ code: 'network_refused' });
  });

  test('that leads to plain http is refused', async () => {
    await using server = await servesImage(png);
    const guard: NetGuard = {
      ...server.guard,
      fetch: async (url, options) => ({
        ...(await server.guard.fetch(url, options)),
        url: 'http://pictures.example/a.png',
      }),
    };
    await expect(
      show('https://pictures.example/a.png', { images: { guard } }),
    ).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test('that is larger than the bound is refused', async () => {
    await using server = await servesImage(png);
    const images = { guard: server.guard, maxBytes: png.length - 1 };
    await expect(show('https://pictures.example/a.png', { images })).rejects.toMatchObject({
      code: 'network_refused',
    });
  });

  test('that the server does not have is refused, without the secrets of its URL', async () => {
    await using server = await servesImage(png, 404);
    const images = { guard: server.guard };
    const error = await failureOf(show('https://pictures.example/a.png?key=secret', { images }));
    expect(error).toMatchObject({
      code: 'invalid_image',
      message: expect.stringMatching(/"pictures\.example".*404/),
    });
    expect(String(error)).not.toContain('secret');
  });

  test('that hangs does not hold up an abort', async () => {
    const control = new AbortController();
    const guard: NetGuard = {
      ...createNetGuard(),
      fetch: (_, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
          control.abort();
        }),
    };
    const model = scriptedModel([says('Seen.')]);
    const agent = new Agent({ name: 'eye', model, images: { guard } });
    const result = await agent.run([{ type: 'image', image: 'https://pictures.example/a' }], {
      signal: control.signal,
    });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(model.requests).toEqual([]);
  });
});

describe('a run whose image cannot be read', () => {
  test('fails in its events and its result alike', async () => {
    const agent = new Agent({ name: 'eye', model: scriptedModel([]) });
    const run = agent.stream([{ type: 'image', image: join(folder, 'none.png') }]);
    const events: unknown[] = [];
    for await (const event of run) events.push(event);
    expect(events).toMatchObject([
      { type: 'run-started' },
      { type: 'run-failed', error: { code: 'invalid_image' } },
    ]);
    await expect(run.result).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test('can go on with another', async () => {
    const agent = new Agent({ name: 'eye', model: scriptedModel([says('Seen.')]) });
    const { state = null } = await failureOf(
      agent.run([{ type: 'image', image: join(folder, 'none.png') }]),
    );
    const run = agent.resume(state, { input: [{ type: 'image', image: png }] });
    expect(await run.result).toMatchObject({ status: 'completed', output: 'Seen.' });
  });
});

describe('steering with an image', () => {
  const look = tool({
    name: 'look',
    description: 'Looks around.',
    parameters: { type: 'object', properties: {} },
    execute: () => 'Nothing there.',
  });

  test('shows it to the model behind the results', async () => {
    const model = scriptedModel([callsTool('look'), says('Seen.')]);
    const run = new Agent({ name: 'eye', model, tools: [look] }).stream('Look.');
    for await (const event of run) {
      if (event.type === 'tool-started') run.steer([{ type: 'image', image: file }]);
    }
    expect(model.requests[1]?.transcript.turns.at(-1)).toMatchObject({
      role: 'tool',
      inputs: [{ parts: [{ type: 'image', image: { width: 30, height: 20 } }] }],
    });
  });

  test('that cannot be read fails the run, and what else was said stays in its state', async () => {
    const model = scriptedModel([callsTool('look'), says('Seen.')]);
    const agent = new Agent({ name: 'eye', model, tools: [look] });
    const run = agent.stream('Look.');
    for await (const event of run) {
      if (event.type !== 'tool-started') continue;
      run.steer('Before.');
      run.steer([{ type: 'image', image: join(folder, 'none.png') }]);
      run.steer('Behind.');
    }
    const { code, state = null } = await failureOf(run.result);
    expect(code).toBe('invalid_image');
    await agent.resume(state).result;
    expect(model.requests[1]?.transcript.turns.at(-1)).toMatchObject({
      inputs: [{ parts: [{ text: 'Before.' }] }, { parts: [{ text: 'Behind.' }] }],
    });
  });
});

test('the state of a run holds no image, only what stands for it', async () => {
  const shot = tool({
    name: 'shot',
    description: 'Takes a picture.',
    parameters: { type: 'object', properties: {} },
    execute: () => ({ type: 'image' as const, image: makePng(400, 300) }),
  });
  const noise = Buffer.from(makePng(500, 400));
  const model = scriptedModel([callsTool('shot'), says('Seen.')]);
  const { state } = await new Agent({ name: 'eye', model, tools: [shot] }).run([
    { type: 'image', image: noise },
  ]);
  const json = JSON.stringify(state);
  expect(json).toContain('"width":400');
  expect(json).not.toContain('iVBOR');
  expect(json.length).toBeLessThan(2_000);
});

describe('options of images that cannot work are refused when the agent is made', () => {
  const wrong: readonly ImageOptions[] = [
    { maxBytes: 0 },
    { maxPixels: 1.5 },
    { fit: 'pad', maxSide: -1 },
    { maxSide: 100 },
    { fit: 'stretch' as 'pad' },
    { guard: {} as NetGuard },
  ];
  test.each(wrong)('%j', (images) => {
    expect(() => new Agent({ name: 'eye', model: scriptedModel([]), images })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  });
});

interface ShowOptions {
  readonly images?: ImageOptions;
  readonly blobs?: ReturnType<typeof memoryBlobStore>;
  readonly model?: ScriptedModel;
}

/** Shows an image to an agent, and gives what stands for it in the conversation. */
async function show(
  source: ImageSource,
  {
    images = {},
    blobs = memoryBlobStore(),
    model = scriptedModel([says('Seen.')]),
  }: ShowOptions = {},
) {
  const agent = new Agent({ name: 'eye', model, images, blobs });
  const { transcript } = await agent.run([
    { type: 'text', text: 'What is this?' },
    { type: 'image', image: source },
  ]);
  const [turn] = transcript.turns;
  const part = turn?.role === 'user' ? turn.inputs[0].parts[1] : undefined;
  if (part?.type !== 'image') throw new Error('No image came through.');
  return { image: part.image, bytes: await blobs.get(part.image.sha256), blobs };
}

async function failureOf(running: Promise<unknown>): Promise<TurnwiseError> {
  const thrown = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof TurnwiseError) return thrown;
  throw new Error('It did not fail on purpose.', { cause: thrown });
}

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function writeSparse(name: string, size: number): Promise<string> {
  const path = join(folder, name);
  const handle = await open(path, 'w');
  await handle.truncate(size);
  await handle.close();
  return path;
}

function ref() {
  return { sha256: 'f'.repeat(64), mediaType: 'image/png', width: 1, height: 1 };
}

/** A server on loopback without TLS, and a guard for which it is the one at the end of every https: URL. */
async function servesImage(bytes: Uint8Array, status = 200) {
  const server = await startModelServer((response) => {
    response.writeHead(status, { 'content-type': 'image/png' });
    response.end(bytes);
  });
  const { host, origin } = new URL(server.baseURL);
  const real = createNetGuard({ allow: [host] });
  const guard: NetGuard = {
    ...real,
    fetch: async (url, options) => ({ ...(await real.fetch(origin, options)), url }),
  };
  return { guard, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
