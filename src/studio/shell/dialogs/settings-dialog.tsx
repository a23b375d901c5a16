/** Settings of the studio. Those of the job are in the inspector when nothing is selected. */
import { chooseTheme, clearSelection, closeDialog, setCallouts, setPanel } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Segments, Toggle } from '../../ui/toggle.tsx';

export function SettingsDialog() {
  const session = useSession((state) => state);
  const showJob = () => {
    clearSelection();
    setPanel('inspectorOpen', true);
    setPanel('inspectorDrawer', true);
    closeDialog();
  };
  return (
    <Dialog open onClose={closeDialog} title="Settings" description="How the studio looks, in this browser.">
      <div className="flex flex-col gap-4">
        <Field label="Theme" inline group>
          {() => (
            <Segments
              label="Theme"
              value={session.themeChoice}
              options={[
                { value: 'system', label: 'System' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
              onValue={chooseTheme}
            />
          )}
        </Field>
        <Field label="Palette" inline>
          {(control) => (
            <Toggle {...control} checked={session.paletteOpen} onChecked={(open) => setPanel('paletteOpen', open)} />
          )}
        </Field>
        <Field label="Inspector" inline>
          {(control) => (
            <Toggle
              {...control}
              checked={session.inspectorOpen}
              onChecked={(open) => setPanel('inspectorOpen', open)}
            />
          )}
        </Field>
        <Field label="Views of the run" inline>
          {(control) => (
            <Toggle {...control} checked={session.dockOpen} onChecked={(open) => setPanel('dockOpen', open)} />
          )}
        </Field>
        <Field label="Callouts" inline help="Short words on the canvas where something notable happens.">
          {(control) => <Toggle {...control} checked={session.callouts} onChecked={setCallouts} />}
        </Field>
        <p className="note">
          Parallelism, buffers and time belong to the job:{' '}
          <button type="button" className="link" onClick={showJob}>
            job settings
          </button>
          .
        </p>
      </div>
    </Dialog>
  );
}
