/** Draws where marked result rows are: at their event time, at the moment at which they reached their sink. */
import type { Pen, Picture } from './look.ts';
import { margin } from './scales.ts';

const arm = 6;

/** A cross hair in a ring, as no record and no pane has; without event time it stands on the axis. */
export function paintMarks(pen: Pen, { scales, look, marks }: Picture): void {
  const floor = scales.height - margin.bottom - arm - 3;
  for (const mark of marks) {
    if (mark.arrival === null) continue;
    const x = scales.x(mark.arrival);
    const y = mark.time === null ? floor : scales.y(mark.time);
    for (const [width, colour] of [
      [4, look.inks.paper],
      [1.6, look.inks.ink],
    ] as const) {
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.beginPath();
      pen.arc(x, y, arm - 2, 0, 2 * Math.PI);
      pen.moveTo(x - arm - 2, y);
      pen.lineTo(x + arm + 2, y);
      pen.moveTo(x, y - arm - 2);
      pen.lineTo(x, y + arm + 2);
      pen.stroke();
    }
  }
}
