import { crc32, deflateSync } from 'node:zlib';

/** The `data:` URL of a PNG with one colour, `side` pixels wide and high. */
export function tinyPng(side: number): string {
  const row = [0, ...Array.from({ length: side }, () => [200, 30, 30]).flat()];
  const pixels = Buffer.from(Array.from({ length: side }, () => row).flat());
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  const colourWithoutAlpha = [8, 2, 0, 0, 0];
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.concat([size, Buffer.from(colourWithoutAlpha)])),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
