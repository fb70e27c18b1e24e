import { LaneError } from '../setup/lane-error.ts';

/**
 * A Gemma template with the tokens and the role name that Qwen was trained with. The rules (what is
 * refused, where the tools and results go) stay the same. Throws `template_invalid` if a token is left.
 */
export function withQwenTokens(template: string): string {
  const changed = template
    // Qwen's template writes no token at the start of a sequence.
    .replace(/\{\{-?\s*bos_token\s*-?\}\}/g, '')
    .replaceAll('<start_of_turn>model', '<|im_start|>assistant')
    .replaceAll('<start_of_turn>', '<|im_start|>')
    .replaceAll('<end_of_turn>', '<|im_end|>')
    .replace(/(["'])model\1/g, '$1assistant$1');
  if (!/_of_turn|bos_token|["']model["']/.test(changed)) return changed;
  throw new LaneError(
    'template_invalid',
    'The chat template still holds tokens of Gemma after they were replaced. Extend withQwenTokens().',
  );
}
