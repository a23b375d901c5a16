/** The gallery: example jobs over real data, each with a small picture of its graph. */
import type { Job } from '../../../engine/graph/job.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { gallery } from '../../../gallery/list.ts';
import { openExample } from '../../document/library.ts';
import { closeDialog } from '../../session/commands.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { thumbnailOf } from './thumbnail.ts';

export function GalleryDialog() {
  return (
    <Dialog
      open
      onClose={closeDialog}
      wide
      title="Gallery"
      description="Each opens as a job of its own and runs at once. What you have open now stays in the recent jobs."
    >
      <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2" aria-label="Examples">
        {gallery.map((example) => (
          <li key={example.id}>
            <button
              type="button"
              className="gallery-card"
              aria-label={example.title}
              onClick={() => void openExample(example.id)}
            >
              <Thumbnail job={example.job} />
              <span className="block px-3.5 pt-2.5 pb-3">
                <span className="block font-semibold">{example.title}</span>
                <span className="text-muted mt-0.5 block">{example.question}</span>
                <span className="mt-2 flex flex-wrap gap-1">
                  {example.tags.map((tag) => (
                    <span key={tag} className="tag">
                      {tag}
                    </span>
                  ))}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** The job's own graph in small: nodes where they stand on the canvas, coloured by palette section. */
function Thumbnail({ job }: { readonly job: Job }) {
  const { width, height, nodes, edges } = thumbnailOf(job);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className="gallery-picture" aria-hidden preserveAspectRatio="xMidYMid meet">
      {edges.map((path) => (
        <path key={path} d={path} fill="none" stroke="var(--pipe-edge)" strokeWidth="7" />
      ))}
      {nodes.map(({ id, kind, x, y, width: w, height: h }) => (
        <g key={id}>
          <rect
            x={x}
            y={y}
            width={w}
            height={h}
            rx="9"
            fill="var(--paper)"
            stroke="var(--hairline-strong)"
            strokeWidth="2"
          />
          <rect
            x={x + 12}
            y={y + h / 2 - 5}
            width={w * 0.55}
            height="10"
            rx="5"
            fill={kindTable.get(kind)?.family === 'time' ? 'var(--water)' : 'var(--idle)'}
          />
        </g>
      ))}
    </svg>
  );
}
