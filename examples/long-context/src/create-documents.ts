import { writePage } from './write-page.ts';

/** A document of the example. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

const kinds = ['prose', 'prose', 'code', 'prose', 'cjk', 'base64'] as const;

/** Made-up documents, the same each time; together they are several times what 4,096 tokens hold. */
export function createDocuments(count = 12): readonly Document[] {
  return Array.from({ length: count }, (_, place) => ({
    name: `report-${String(place + 1).padStart(2, '0')}.txt`,
    text: writePage(place + 1, kinds[place % kinds.length] ?? 'prose', 1_800),
  }));
}
