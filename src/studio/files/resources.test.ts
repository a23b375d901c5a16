/** Which data a run gets, and which columns a source gets of it. */
import { expect, test } from 'vitest';
import { datasets } from '../../connectors/datasets/list.ts';
import { gallery } from '../../gallery/list.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { initialSession, sessionStore, type DroppedFile } from '../session/session-store.ts';
import { isJobFile, sourceParams } from './add-files.ts';
import { datasetResource, resourceNames, usedResources } from './resources.ts';

const mine: DroppedFile = {
  resource: { name: 'file:mine.csv', format: 'csv', content: new Blob(['at,n\n1,2\n']) },
  schema: [
    { name: 'at', type: 'timestamp' },
    { name: 'n', type: 'int' },
  ],
  bytes: 9,
};

test('every resource that an example names is here', () => {
  const here = resourceNames([]);
  for (const { job } of gallery) {
    for (const { params } of job.nodes) {
      const resource = params['resource'];
      if (typeof resource === 'string') expect([...here]).toContain(resource);
    }
  }
});

test('a run gets only what its job names', () => {
  const job = gallery.find(({ id }) => id === 'word-count')?.job ?? gallery[0]?.job;
  const used = usedResources(job as never, [mine], 'https://example.org/a/');
  expect(used.map(({ name }) => name)).toEqual(['dataset:texts']);
  expect(String(used[0]?.content)).toBe('https://example.org/a/data/texts.csv');
});

test('a chosen data set or file fills in columns and event time, as valid parameters', () => {
  sessionStore.setState({ ...initialSession, files: [mine] }, true);
  expect(sourceParams('file:mine.csv', 'file')).toEqual({
    columns: mine.schema,
    timestampColumn: 'at',
    watermarks: 'bounded',
  });
  for (const dataset of datasets) {
    const resource = datasetResource(dataset);
    const kind = kindTable.get('file');
    const params = kind?.params.parse({ resource, ...sourceParams(resource, 'file') }) ?? {};
    expect(kind?.derive(params, [])).toEqual({ ok: true, value: [{ schema: dataset.schema, key: null }] });
  }
});

test('kinds without these parameters, and resources that are not here, get none', () => {
  expect(sourceParams('dataset:flights', 'map')).toEqual({ columns: expect.anything() });
  expect(sourceParams('file:gone.csv', 'file')).toEqual({});
});

test('job files are told from data by their name', () => {
  expect(['a.weir.json', 'A.WEIR.JSON', 'a.json', 'weir.json.csv'].map(isJobFile)).toEqual([true, true, false, false]);
});
