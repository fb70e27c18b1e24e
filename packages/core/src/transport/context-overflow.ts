import type { ServerMessage } from './server-message.ts';

/**
 * A prompt, alone or with the requested output, is too long. Servers have many words for it: too long, longer than, does not fit,
 * exceeds, at most; for a context, a window, a prompt, an input or its tokens. Labels such as the code of the error also count.
 */
export const contextOverflow: ServerMessage = {
  kind: 'context-overflow',
  code: 'context_overflow',
  isPermanent: true,
  matches: [
    'exceed_context_size_error',
    'context_length_exceeded',
    'model_max_prompt_tokens_exceeded',
    'maximum context length',
    'maximum prompt length',
    'context length is only',
    'context length of',
    'greater than the context length',
    'longer than the maximum model length',
    /longer than (the )?model('s|’s)? context/,
    /fit in(to|side)? (the |this |its )?(model('s|’s)? )?(available |maximum )?context/,
    /exceed(s|ed|ing)? (the |this |your |its )?(model('s|’s)? )?(available |max(imum)? )?context/,
    'exceeded model token limit',
    /context (window|length|size) (was |is |has been )?exceed/,
    /prompt( is| was)? too (long|large)/,
    'input is too long for',
    // llama.cpp, if the prompt must fit one batch.
    /input .{0,40}too large to process/,
    'increase the physical batch size',
    'prompt exceeds max',
    'input token count',
    /prompt token count .{0,40}exceeds/,
    /prompt length \(?\d+\)? (exceeds|is (greater|longer|larger) than)/,
    /input length .{0,40}exceeds/,
    'range of input length should be',
    'tokens in the prompt cannot exceed',
    /`inputs` (tokens .{0,40}must be <=|must have less than)/,
    /requested .{0,60}characters/,
    // A request above the tokens per minute is refused for ever.
    /request too large for .{0,200}limit \d+, requested \d+/,
  ],
  cure: 'Shorten the history or the tool results, lower `settings.maxOutputTokens`, or start the server with a larger context window.',
};
