import { isJsonObject, type JsonObject } from '../../json.ts';
import { importArguments } from './call-arguments.ts';
import { importImage } from './import-image.ts';
import {
  type ImportContext,
  optionalText,
  type PartReaders,
  type Piece,
  partsIn,
  textPiece,
} from './imported-message.ts';
import { replaceFile } from './openai-parts.ts';

/** The blocks of Anthropic messages that no other format has. The content of a result is read with `readContent`. */
export function anthropicBlocks(
  readContent: (content: unknown, context: ImportContext) => readonly Piece[],
): PartReaders {
  return {
    thinking: ({ thinking }) => textPiece('reasoning', thinkingText(thinking)),
    redacted_thinking: (_block, context) => {
      context.note('dropped-part', 'redacted_thinking');
      return [];
    },
    tool_use: (block, context) => [readCall(block, context)],
    tool_result: (block, context) => {
      const parts = partsIn(readContent(block.content, context));
      const status = block.is_error === true ? 'error' : 'ok';
      return [
        { kind: 'result', result: { callId: optionalText(block.tool_use_id), status, parts } },
      ];
    },
    document: ({ title }, context) => replaceFile(title ?? 'document', context),
  };
}

/** Reads the `source` of an image block. */
export function readAnthropicImage({ source }: JsonObject, context: ImportContext): Piece {
  const { data, url, media_type: mediaType } = isJsonObject(source) ? source : {};
  return { kind: 'image', part: importImage({ data: data ?? url, mediaType }, context) };
}

function readCall({ id, name, input }: JsonObject, context: ImportContext): Piece {
  if (typeof name !== 'string') throw context.unreadable('a tool_use block has no name');
  const call = { id: optionalText(id), name, ...importArguments(input, context) };
  return { kind: 'call', call };
}

/** Mistral has the type `thinking` too, with a list of texts. */
function thinkingText(thinking: unknown): unknown {
  if (!Array.isArray(thinking)) return thinking;
  return thinking.map((part: unknown) => (isJsonObject(part) ? (part.text ?? '') : part)).join('');
}
