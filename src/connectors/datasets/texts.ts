/** Real English text, out of copyright, for word counts and indexes. */
import type { Dataset, DatasetCell } from './dataset.ts';

export const texts: Dataset = {
  name: 'texts',
  title: 'Poems, speeches and openings',
  description:
    'Sixteen well-known English texts or their beginnings, one record a line: Lincoln, Shakespeare, Blake, Dickinson, Whitman, ' +
    'Austen and others.',
  origin: { text: 'Works published before 1929, typed for Weir', url: null },
  licence: 'Public domain',
  url: 'data/texts.csv',
  format: 'csv',
  schema: [
    { name: 'document', type: 'string' },
    { name: 'line', type: 'int' },
    { name: 'text', type: 'string' },
  ],
  records: 270,
  timestampColumn: null,
  async prepare({ texts: documents }) {
    return (await documents()).flatMap(({ name, lines }) =>
      lines.map((text, i): DatasetCell[] => [name, i + 1, text]).filter(([, , text]) => text !== ''),
    );
  },
};
