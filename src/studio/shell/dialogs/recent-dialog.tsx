/** Recent jobs: every job that this browser keeps, newest first; also those that this version cannot read. */
import { FileDown, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { documentStore } from '../../document/document-store.ts';
import { downloadText, newJob, openStored } from '../../document/library.ts';
import { flushDocument } from '../../document/keeper.ts';
import { closeDialog, toast } from '../../session/commands.ts';
import { listDocuments, putDocument, removeDocument, type StoredDocument } from '../../storage/database.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function RecentDialog() {
  const [documents, setDocuments] = useState<readonly StoredDocument[] | null>(null);
  useEffect(() => {
    void flushDocument()
      .then(listDocuments)
      .then(setDocuments, () => setDocuments([]));
  }, []);
  const current = documentStore.getState().id;
  const remove = async (document: StoredDocument) => {
    await removeDocument(document.id);
    setDocuments((all) => all?.filter((each) => each.id !== document.id) ?? null);
    const putBack = () =>
      void putDocument(document).then(() => toast(`“${document.name}” is back in the recent jobs.`));
    toast(`Deleted “${document.name}”.`, { action: { label: 'Undo', run: putBack } });
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Recent jobs"
      description="Jobs that you changed are kept in this browser. Download those that you want to keep for good."
    >
      {documents !== null && documents.length === 0 && (
        <p className="note pb-3">None yet: examples are kept once you change them.</p>
      )}
      <ul aria-label="Recent jobs" className="-mx-2 flex flex-col">
        {documents?.map((document) => (
          <li key={document.id} className="recent-row">
            <button type="button" className="min-w-0 flex-1 text-left" onClick={() => void openStored(document.id)}>
              <span className="block truncate font-semibold">
                {document.name === '' ? 'Untitled job' : document.name}
                {document.id === current && <span className="text-faint font-normal"> · open now</span>}
              </span>
              <span className="note block">
                {document.operators} {document.operators === 1 ? 'operator' : 'operators'} ·{' '}
                {new Date(document.savedAt).toLocaleString()}
              </span>
            </button>
            <IconButton
              label={`Download ${document.name}`}
              icon={<FileDown size={15} aria-hidden />}
              onClick={() => downloadText(document.text, document.name)}
            />
            <IconButton
              label={`Delete ${document.name}`}
              hint={document.id === current ? 'The open job cannot be deleted.' : undefined}
              disabled={document.id === current}
              icon={<Trash2 size={15} aria-hidden />}
              onClick={() => void remove(document)}
            />
          </li>
        ))}
      </ul>
      <Button className="mt-3" onClick={newJob}>
        New job
      </Button>
    </Dialog>
  );
}
