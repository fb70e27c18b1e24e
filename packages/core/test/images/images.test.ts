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
import { readEvents } from '../support/read-events.ts';
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
  test('so that a JPEG can have the name of a PNG', async () => {
    const named = join(folder, 'photo.png');
    await writeFile(named, tinyJpeg);
    expect((await show(named)).image.mediaType).toBe('image/jpeg');
  });

  test('and a data: URL with another media type is refused', async () => {
    await expect(show(dataUrl(tinyJpeg, 'image/png'))).rejects.toMatchObject({
      code: 'invalid_image',
    });
    expect((await show(dataUrl(tinyJpeg, 'image/jpg'))).image.mediaType).toBe('image/jpeg');
  });
});

test('bytes that the program changes later do not change in the conversation', async () => {
  const mine = Uint8Array.from(png);
  const { blobs, image } = await show(mine);
  mine.fill(0);
  expect(await blobs.get(image.sha256)).toEqual(png);
});

describe('refused before anything is sent', () => {
  const refusals: readonly (readonly [string, () => ImageSource | Promise<ImageSource>, RegExp])[] =
    [
      ['a text named .png', () => write('notes.png', 'Only text in here.'), /notes\.png/],
      ['an empty file', () => write('empty.png', ''), /empty\.png/],
      ['an incomplete PNG', () => png.subarray(0, -12), /The image/],
      ['a missing file', () => join(folder, 'none.png'), /none\.png.*does not exist/],
      ['a folder', () => folder, /is a folder/],
      ['invalid base64', () => 'data:image/png;base64,%%%', /base64/],
      ['base64 without data: before it', () => png.toString('base64').repeat(90), /data:/],
      ['an image that is not in the blob store', () => ref(), /blob store/],
      ['plain http', () => 'http://pictures.example/a.png', /"pictures\.example".*https/],
      ['an invalid URL', () => 'https://', /not a URL/],
      ['a path with a null character', () => 'a\0b.png', /not valid/],
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

  test.each(['/dev/zero', '/proc/self/mem'])('%s, which never ends', async (path) => {
    if (process.platform !== 'linux') return;
    await expect(show(path)).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test('a pipe, without waiting for a writer', async () => {
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
  test.each(large)('%s above the limit of the agent', async (_, source) => {
    const images = { maxBytes: png.length - 1 };
    await expect(show(source(), { images })).rejects.toMatchObject({ code: 'invalid_image' });
    expect((await show(source(), { images: { maxBytes: png.length } })).image.width).toBe(30);
  });

  test('more pixels than the limit', async () => {
    await expect(show(png, { images: { maxPixels: 599 } })).rejects.toMatchObject({
      code: 'invalid_image',
      message: expect.stringMatching(/30 by 20.*images\.maxPixels/),
    });
  });

  test('a small file with the header of a very large image', async () => {
    const large = Buffer.from(png);
    large.writeUInt32BE(60_000, 16);
    large.writeUInt32BE(60_000, 20);
    await expect(show(large)).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test.each([[''], [42], [null], [{}], [undefined]])(
    '%j, which is not an image source',
    async (given) => {
      await expect(show(given as unknown as ImageSource)).rejects.toMatchObject({
        code: 'invalid_options',
      });
    },
  );
});

describe('an image at an address', () => {
  test('in the local network is refused', async () => {
    const guard = createNetGuard({ resolve: async () => [{ address: '10.0.0.7', family: 4 }] });
    await expect(
      show('https://pictures.example/a.png', { images: { guard } }),
    ).rejects.toMatchObject({ code: 'network_refused' });
  });

  test('that redirects to http is refused', async () => {
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

  test('that is larger than the limit is refused', async () => {
    await using server = await servesImage(png);
    const images = { guard: server.guard, maxBytes: png.length - 1 };
    await expect(show('https://pictures.example/a.png', { images })).rejects.toMatchObject({
      code: 'network_refused',
    });
  });

  test('with an error status is refused, and the message does not contain its URL', async () => {
    await using server = await servesImage(png, 404);
    const images = { guard: server.guard };
    const error = await failureOf(show('https://pictures.example/a.png?key=secret', { images }));
    expect(error).toMatchObject({
      code: 'invalid_image',
      message: expect.stringMatching(/"pictures\.example".*404/),
    });
    expect(String(error)).not.toContain('secret');
  });

  test('that never responds does not delay an abort', async () => {
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
  test('fails in its events and in its result', async () => {
    const agent = new Agent({ name: 'eye', model: scriptedModel([]) });
    const run = agent.stream([{ type: 'image', image: join(folder, 'none.png') }]);
    const { events } = await readEvents(run);
    expect(events).toMatchObject([
      { type: 'run-started' },
      { type: 'run-failed', error: { code: 'invalid_image' } },
    ]);
    await expect(run.result).rejects.toMatchObject({ code: 'invalid_image' });
  });

  test('can be resumed with another image', async () => {
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

  test('adds the image to the tool turn after the results', async () => {
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

  test('that cannot be read fails the run, and the other inputs remain in its state', async () => {
    const model = scriptedModel([callsTool('look'), says('Seen.')]);
    const agent = new Agent({ name: 'eye', model, tools: [look] });
    const run = agent.stream('Look.');
    await readEvents(run, ({ type }) => {
      if (type !== 'tool-started') return;
      run.steer('Before.');
      run.steer([{ type: 'image', image: join(folder, 'none.png') }]);
      run.steer('After.');
    });
    const { code, state = null } = await failureOf(run.result);
    expect(code).toBe('invalid_image');
    await agent.resume(state).result;
    expect(model.requests[1]?.transcript.turns.at(-1)).toMatchObject({
      inputs: [{ parts: [{ text: 'Before.' }] }, { parts: [{ text: 'After.' }] }],
    });
  });
});

test('the state of a run contains references to images, not their bytes', async () => {
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

describe('invalid options of images are refused when the agent is created', () => {
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

/** Passes an image to an agent, and returns its reference in the conversation. */
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
  if (part?.type !== 'image') throw new Error('The first turn has no image.');
  return { image: part.image, bytes: await blobs.get(part.image.sha256), blobs };
}

async function failureOf(running: Promise<unknown>): Promise<TurnwiseError> {
  const thrown = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof TurnwiseError) return thrown;
  throw new Error('A TurnwiseError was expected.', { cause: thrown });
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

/** A server on loopback without TLS, and a guard that sends the requests for every https: URL to it. */
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
