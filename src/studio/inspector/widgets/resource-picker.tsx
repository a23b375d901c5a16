/** What a file source reads: a bundled data set, a file given before, or a new one. Choosing fills in its columns. */
import { FolderOpen } from 'lucide-react';
import { datasetNamed, datasets } from '../../../connectors/datasets/list.ts';
import type { JobNode } from '../../../engine/graph/job.ts';
import { setParams } from '../../document/commands.ts';
import { chooseDataFiles, sourceParams } from '../../files/add-files.ts';
import { datasetResource } from '../../files/resources.ts';
import { forgetStoredFile } from '../../files/stored-files.ts';
import { useSession } from '../../session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import type { ControlIds } from '../../ui/field.tsx';
import { bytesText, count } from '../figures.ts';

interface ResourcePickerProps {
  readonly node: JobNode;
  readonly param: string;
  readonly value: string;
  readonly control: ControlIds;
}

export function ResourcePicker({ node, param, value, control }: ResourcePickerProps) {
  const files = useSession((state) => state.files);
  const dataset = value.startsWith('dataset:') ? datasetNamed(value.slice('dataset:'.length)) : null;
  const file = files.find((each) => each.resource.name === value);
  const known = value === '' || dataset !== null || file !== undefined;
  const choose = (name: string) => setParams(node.id, { [param]: name, ...sourceParams(name, node.kind) });
  const pick = async () => {
    const added = await chooseDataFiles();
    if (added[0] !== undefined) choose(added[0]);
  };
  return (
    <div className="flex flex-col gap-2">
      <select
        {...control}
        className="input select"
        aria-label="Data"
        value={value}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="" disabled>
          Choose data…
        </option>
        {!known && <option value={value}>{value.replace(/^\w+:/, '')} (not here)</option>}
        <optgroup label="Data sets">
          {datasets.map((each) => (
            <option key={each.name} value={datasetResource(each)}>
              {each.title}
            </option>
          ))}
        </optgroup>
        {files.length > 0 && (
          <optgroup label="Your files">
            {files.map((each) => (
              <option key={each.resource.name} value={each.resource.name}>
                {each.resource.name.replace(/^file:/, '')}
              </option>
            ))}
          </optgroup>
        )}
      </select>
      {dataset !== null && (
        <p className="note">
          {dataset.description} {count(dataset.records)} records. {dataset.origin.text}. {dataset.licence}.
        </p>
      )}
      {file !== undefined && (
        <p className="note">
          {bytesText(file.bytes)} of {file.resource.format}, kept in this browser only.{' '}
          <button type="button" className="link" onClick={() => void forgetStoredFile(file.resource.name)}>
            Forget it
          </button>
        </p>
      )}
      <Button size="small" className="self-start" onClick={() => void pick()}>
        <FolderOpen size={13} aria-hidden /> Choose file…
      </Button>
    </div>
  );
}
