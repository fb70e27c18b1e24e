import { writePage } from './write-page.ts';

/** A document of the example. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

const kinds = ['prose', 'prose', 'code', 'prose', 'cjk', 'base64'] as const;

/** Creates the same invented documents each time; together they are several times longer than 4,096 tokens. */
export function createDocuments(count = 12): readonly Document[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `report-${String(index + 1).padStart(2, '0')}.txt`,
    text: writePage(index + 1, kinds[index % kinds.length] ?? 'prose', 1_800),
  }));
}
