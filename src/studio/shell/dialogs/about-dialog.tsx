/** What Weir is, where its data comes from, and the notices that its licences ask for. */
import { datasets } from '../../../connectors/datasets/list.ts';
import { closeDialog } from '../../session/commands.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Logo } from '../logo.tsx';

export function AboutDialog() {
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="About Weir"
      description="A browser IDE and simulator for stream processing."
    >
      <div className="flex flex-col gap-4">
        <div className="card flex gap-3">
          <span className="flex-none pt-0.5">
            <Logo size={28} />
          </span>
          <p className="note text-ink!">
            Draw a graph of operators and press Run: a complete engine runs it in this page, one Web Worker for each
            subtask. Nothing on the screen is an animation of what would happen; it is drawn from what the engine did.
            Nothing that you draw or drop here leaves your computer. Weir is under the MIT licence.
          </p>
        </div>
        <section aria-label="Data sets">
          <h3 className="section-title mb-2">Data sets</h3>
          <ul className="flex flex-col gap-3">
            {datasets.map((dataset) => (
              <li key={dataset.name}>
                <p className="font-semibold">{dataset.title}</p>
                <p className="note">{dataset.description}</p>
                <p className="note">
                  Origin:{' '}
                  {dataset.origin.url === null ? (
                    dataset.origin.text
                  ) : (
                    <a className="link" href={dataset.origin.url} target="_blank" rel="noreferrer">
                      {dataset.origin.text}
                    </a>
                  )}
                  . Licence: {dataset.licence}.
                </p>
              </li>
            ))}
          </ul>
        </section>
        <section aria-label="Software of others">
          <h3 className="section-title mb-2">Software of others</h3>
          <p className="note">
            Automatic layout is by{' '}
            <a className="link" href="https://github.com/kieler/elkjs" target="_blank" rel="noreferrer">
              elkjs
            </a>
            , unmodified, © Kiel University and others, under the{' '}
            <a className="link" href="https://www.eclipse.org/legal/epl-2.0/" target="_blank" rel="noreferrer">
              Eclipse Public License 2.0
            </a>
            ; its source is there for download. The canvas is by{' '}
            <a className="link" href="https://reactflow.dev" target="_blank" rel="noreferrer">
              React Flow
            </a>
            . The database is{' '}
            <a className="link" href="https://pglite.dev" target="_blank" rel="noreferrer">
              PGlite
            </a>
            , unmodified, © Electric DB Limited, under the Apache License 2.0, with PostgreSQL under the PostgreSQL
            Licence. React, Base UI, CodeMirror, D3, uPlot, zustand, immer, zod, sucrase, lucide and flechette are used
            under their MIT, ISC and BSD licences.
          </p>
        </section>
      </div>
    </Dialog>
  );
}
