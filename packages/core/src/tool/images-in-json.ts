import { parseJson } from '../json.ts';
import { beginsAsImage } from './result-bytes.ts';
import type { OutputPart } from './result-part.ts';

/**
 * The parts of a result with the images out of its JSON: a string that is a PNG, JPEG, WebP or GIF, as a `data:` URL or
 * base64, becomes `[image 1]`, and the image follows the text as a part. As text it would be thousands of tokens that no
 * model can read. The rest of the text does not change; text that is not JSON does not change at all.
 */
export function takeImagesOutOfJson(parts: readonly OutputPart[]): readonly OutputPart[] {
  if (!parts.some((part) => part.type === 'text' && mayHaveImages(part.text))) return parts;
  let count = 0;
  return parts.flatMap((part) => {
    if (part.type === 'image') count += 1;
    if (part.type === 'image' || !mayHaveImages(part.text)) return [part];
    const images: OutputPart[] = [];
    const text = part.text.replace(quotedImage, (quoted) => {
      const source = imageInText(String(parseJson(quoted)));
      if (source === undefined) return quoted;
      count += 1;
      images.push({ type: 'image', source, name: `image ${count}` });
      return `"[image ${count}]"`;
    });
    return [{ type: 'text' as const, text }, ...images];
  });
}

/** The shortest images are about 40 bytes long. A text that is shorter may be anything. */
const minChars = 50;

/** The first bytes of the four formats in base64. */
const start = '(?:iVBORw0KGgo|/9j/[w-z0-7]|R0lGOD|UklGR)';
const url = 'data:image/[\\w.+-]+(?:;[\\w=.-]*)*;base64,';
const quotedImage = new RegExp(
  `"(?:${url})?(?=${start.replaceAll('/', '\\\\?/')})(?:[\\w+/=-]|\\\\[/nr])+"`,
  'g',
);
const beginning = new RegExp(`^(?:${url}\\s*)?(?=${start})`);

function mayHaveImages(text: string): boolean {
  if (text.length < minChars || !/^\s*[[{]/.test(text)) return false;
  quotedImage.lastIndex = 0;
  return quotedImage.test(text) && parseJson(text) !== undefined;
}

/** The bytes of a text that is an image as a whole, as a `data:` URL or base64; `undefined` for any other text. */
export function imageInText(text: string): Uint8Array | undefined {
  if (text.length < minChars) return undefined;
  const trimmed = text.trim();
  const [prefix] = beginning.exec(trimmed) ?? [];
  if (prefix === undefined) return undefined;
  const base64 = trimmed.slice(prefix.length);
  if (/[^\w+/\-\s=]/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return beginsAsImage(bytes) ? bytes : undefined;
}
