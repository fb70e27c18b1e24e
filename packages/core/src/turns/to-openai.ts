import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import type { ImageRef, Part, ToolResult, Turn, UserInput } from './turn.ts';

/** An OpenAI-style message, as plain JSON. */
export type OpenAIMessage = JsonObject & {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
};

/** How a transcript is exported. */
export interface OpenAIExportOptions {
  /** The text of a system message that is put first. */
  readonly instructions?: string | undefined;
  /** Returns the URL of an image, such as a `data:` URL; required if the conversation has images. */
  readonly imageUrl?: ((image: ImageRef) => string) | undefined;
}

const exportChecks: OptionChecks<OpenAIExportOptions> = {
  instructions: option.text,
  imageUrl: option.func,
};

/** A conversation as OpenAI-style messages. Throws `invalid_options` for an image without `imageUrl`. */
export function toOpenAIMessages(
  turns: readonly Turn[],
  options: OpenAIExportOptions,
): OpenAIMessage[] {
  checkOptions(options, { name: 'toOpenAI()', known: exportChecks });
  const { instructions, imageUrl = noImageUrl } = options;
  const system: OpenAIMessage[] =
    instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  return [...system, ...turns.flatMap((turn) => exportTurn(turn, imageUrl))];
}

type ImageUrl = (image: ImageRef) => string;

function exportTurn(turn: Turn, imageUrl: ImageUrl): OpenAIMessage[] {
  switch (turn.role) {
    case 'user':
      return turn.inputs.map((input) => exportInput(input, imageUrl));
    case 'tool':
      return [
        ...turn.results.map((result) => exportResult(result, imageUrl)),
        ...(turn.inputs ?? []).map((input) => exportInput(input, imageUrl)),
      ];
    case 'assistant':
      if (turn.kind === 'text') return [{ role: 'assistant', content: turn.text }];
      return [
        {
          role: 'assistant',
          content: null,
          tool_calls: turn.calls.map(({ id, name, arguments: input }) => ({
            id,
            type: 'function',
            function: { name, arguments: JSON.stringify(input) },
          })),
        },
      ];
  }
}

function exportInput({ parts }: UserInput, imageUrl: ImageUrl): OpenAIMessage {
  return { role: 'user', content: exportParts(parts, imageUrl) };
}

function exportResult({ callId, parts }: ToolResult, imageUrl: ImageUrl): OpenAIMessage {
  return { role: 'tool', tool_call_id: callId, content: exportParts(parts, imageUrl) };
}

function exportParts(parts: readonly Part[], imageUrl: ImageUrl): string | JsonObject[] {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.type === 'text') return only.text;
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: imageUrl(part.image) } },
  );
}

function noImageUrl(image: ImageRef): string {
  throw new TurnwiseError(
    'invalid_options',
    `The conversation has an image (${image.mediaType}); pass "imageUrl" to give its URL.`,
  );
}
