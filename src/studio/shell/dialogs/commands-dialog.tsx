/** The command palette: everything that can be done, by typing a few letters of it. */
import { Dialog } from '@base-ui/react/dialog';
import { useState, type KeyboardEvent } from 'react';
import { closeDialog } from '../../session/commands.ts';
import { commandList, matchingCommands } from './command-list.ts';

export function CommandsDialog() {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [all] = useState(commandList);
  const shown = matchingCommands(all, query);
  const chosen = Math.min(at, shown.length - 1);
  const run = (index: number) => {
    closeDialog();
    shown[index]?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(chosen);
    else if (event.key === 'ArrowDown') setAt(Math.min(shown.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && closeDialog()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog commands">
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <input
            className="commands-input"
            role="combobox"
            aria-label="Command"
            aria-expanded
            aria-controls="command-list"
            aria-activedescendant={shown.length === 0 ? undefined : `command-${chosen}`}
            placeholder="What do you want to do?"
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <ul id="command-list" role="listbox" aria-label="Commands" className="commands-list">
            {shown.map((command, i) => (
              <li
                key={command.label}
                id={`command-${i}`}
                role="option"
                aria-selected={i === chosen}
                ref={(element) => {
                  if (i === chosen) element?.scrollIntoView({ block: 'nearest' });
                }}
                className="commands-row"
                onPointerMove={() => setAt(i)}
                onClick={() => run(i)}
              >
                <span className="min-w-0 truncate">{command.label}</span>
                <span className="note ml-auto flex-none">{command.keys ?? command.group}</span>
              </li>
            ))}
            {shown.length === 0 && <li className="note px-4 py-3">Nothing matches “{query}”.</li>}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
