/** Every key of the studio. */
import { closeDialog } from '../../session/commands.ts';
import { Dialog } from '../../ui/dialog.tsx';

const keys = [
  [
    'Run',
    [
      ['Ctrl+Enter', 'Run the job as it is drawn'],
      ['Space', 'Run, pause or resume'],
    ],
  ],
  [
    'Edit',
    [
      ['Ctrl+Z', 'Undo'],
      ['Ctrl+Shift+Z, Ctrl+Y', 'Redo'],
      ['Delete', 'Delete what is selected'],
      ['Ctrl+C, Ctrl+V', 'Copy, paste operators'],
      ['Ctrl+D', 'Duplicate operators'],
      ['Ctrl+A', 'Select all'],
      ['Escape', 'Select nothing'],
    ],
  ],
  [
    'Canvas',
    [
      ['Tab, Enter', 'Go to an operator or edge, select it'],
      ['Arrows', 'Move the selected operator'],
      ['C', 'Connect the operator to another'],
      ['E', 'Show or hide its subtasks'],
    ],
  ],
  [
    'Studio',
    [
      ['Ctrl+K', 'All commands'],
      ['Ctrl+O', 'Open a job file'],
      ['?', 'This list'],
    ],
  ],
] as const;

export function KeysDialog() {
  return (
    <Dialog open onClose={closeDialog} title="Keyboard" description="On a Mac, Command stands for Ctrl.">
      <div className="grid grid-cols-1 gap-x-8 gap-y-5 sm:grid-cols-2">
        {keys.map(([title, rows]) => (
          <section key={title} aria-label={title}>
            <h3 className="section-title mb-1.5">{title}</h3>
            <dl className="flex flex-col gap-1.5">
              {rows.map(([stroke, meaning]) => (
                <div key={stroke} className="flex justify-between gap-3">
                  <dt className="text-muted">{meaning}</dt>
                  <dd className="mono whitespace-nowrap">{stroke}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
