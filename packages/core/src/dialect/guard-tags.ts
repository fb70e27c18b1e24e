/**
 * The tags that a dialect writes around results and inputs, and those that models know from other prompts with the same
 * meaning. Texts are joined by line breaks, so that a tag at the end of one is followed by white space.
 */
const tags = /<\/?(?:tool_call|tool_response|tool_result|user_input|user_words)(?=[\s/>]|$)/gi;

/** The same text without a tag of a dialect, so that an input or a result cannot close or open what is around it. */
export function guardTags(text: string): string {
  return text.includes('<') ? text.replace(tags, (tag) => `<\u200b${tag.slice(1)}`) : text;
}
