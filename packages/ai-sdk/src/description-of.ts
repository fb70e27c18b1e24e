/** The description of a tool. The AI SDK does not require one; its name must then explain the tool. */
export function descriptionOf(name: string, description: unknown): string {
  if (typeof description === 'string' && description.trim() !== '') return description;
  return `${name.replaceAll(/[_-]+/g, ' ')}.`;
}
