/**
 * Whether an image is incomplete, as after a broken download. A server would report an error after the whole request
 * was sent, or decode a part of the image. GIF has no length field, so a GIF always counts as complete.
 */
export function isCutOff(bytes: Uint8Array, mediaType: string): boolean {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (mediaType) {
    case 'image/png':
      return !hasLastChunk(content);
    case 'image/jpeg':
      return !hasEndAfterScan(content);
    case 'image/webp':
      // RIFF: after the four letters comes the number of bytes that follow the length field.
      return content.length < 12 || content.readUInt32LE(4) + 8 > content.length;
    default:
      return false;
  }
}

/** PNG: a signature of 8 bytes, then chunks of length, name, data and check sum; the last is IEND. */
function hasLastChunk(content: Buffer): boolean {
  let at = 8;
  while (at + 12 <= content.length) {
    if (content.toString('latin1', at + 4, at + 8) === 'IEND') return true;
    at += 12 + content.readUInt32BE(at);
  }
  return false;
}

const endOfImage = Buffer.from([0xff, 0xd9]);

/** JPEG: a preview in the header has its own end marker, so only an end marker after the first scan counts. */
function hasEndAfterScan(content: Buffer): boolean {
  let at = 2;
  while (at + 4 <= content.length && content[at] === 0xff) {
    const marker = content[at + 1];
    if (marker === 0xda) return content.lastIndexOf(endOfImage) > at;
    // A marker may be preceded by any number of 0xff bytes.
    at += marker === 0xff ? 1 : 2 + content.readUInt16BE(at + 2);
  }
  return false;
}
