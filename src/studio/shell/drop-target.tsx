/** Files dropped anywhere on the page: job files are opened, data becomes file sources. */
import { FileInput } from 'lucide-react';
import { useState, type DragEvent, type ReactNode } from 'react';
import type { Position } from '../../engine/graph/edits.ts';
import { takeFiles } from '../files/add-files.ts';
import { placeUnder } from '../session/canvas-place.ts';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** The place on the canvas, if the drop is over it. */
function placeOf(event: DragEvent): Position | undefined {
  const area = event.target instanceof Element ? event.target.closest('#canvas-area') : null;
  return area === null
    ? undefined
    : (placeUnder(area.getBoundingClientRect(), event.clientX, event.clientY) ?? undefined);
}

export function DropTarget({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  return (
    <div
      className="h-full"
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        if (!over) setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!carriesFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        void takeFiles([...event.dataTransfer.files], placeOf(event));
      }}
    >
      {children}
      {over && (
        <div className="drop-veil" aria-hidden>
          <span>
            <FileInput size={20} /> Drop a job file to open it, or CSV, NDJSON, JSON, Arrow or text to read it
          </span>
        </div>
      )}
    </div>
  );
}
