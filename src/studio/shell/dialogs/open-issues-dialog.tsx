/** Why a job file was not opened: each issue with its place and what to do. The open job is unchanged. */
import { downloadText } from '../../document/library.ts';
import { closeDialog } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function OpenIssuesDialog() {
  const bad = useSession((state) => state.openIssues);
  if (bad === null) return null;
  const { file, text, issues } = bad;
  const kept = text === null ? 'The job that was open is unchanged.' : 'It is kept as it is: nothing of it is lost.';
  return (
    <Dialog open onClose={closeDialog} title={`“${file}” cannot be opened`} description={kept}>
      <ul aria-label="Issues" className="flex flex-col gap-2.5">
        {issues.map((issue) => (
          <li key={`${issue.path} ${issue.message}`} className="card">
            <p className="mono text-muted">
              {[issue.line === null ? '' : `line ${issue.line}`, issue.path === '' ? 'the file as a whole' : issue.path]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p>{issue.message}</p>
            <p className="note">{issue.advice}</p>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex justify-end gap-2">
        {text !== null && <Button onClick={() => downloadText(text, file)}>Download it as it is</Button>}
        <Button tone="primary" onClick={closeDialog}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
