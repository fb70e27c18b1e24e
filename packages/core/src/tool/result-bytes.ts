/** Whether these are the first bytes of a PNG, JPEG, GIF or WebP. */
export function beginsAsImage(bytes: Uint8Array): boolean {
  return /^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF[\s\S]{4}WEBP)/.test(
    Buffer.from(bytes.subarray(0, 12)).toString('latin1'),
  );
}

/** The text of UTF-8 bytes; `undefined` if the bytes are not a text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
