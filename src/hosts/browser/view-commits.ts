/**
 * When the page folds reports into its view: at once, if the last time was more than a frame ago, so that a view in which
 * nothing is drawn anew costs no frame; else with the next frame. A hidden page gets no frames and folds at once; a page
 * that is covered by others may get none and folds after `patienceMs` in any case.
 */

const frameMs = 16;
const patienceMs = 250;

export class ViewCommits {
  private readonly commit: () => void;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(commit: () => void) {
    this.commit = commit;
  }

  request(): void {
    if (document.hidden || performance.now() - this.lastAt > frameMs) {
      this.now();
      return;
    }
    if (this.frame !== null) return;
    this.frame = requestAnimationFrame(this.now);
    this.timer = setTimeout(this.now, patienceMs);
  }

  cancel(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    if (this.timer !== null) clearTimeout(this.timer);
    this.frame = null;
    this.timer = null;
  }

  private readonly now = (): void => {
    this.cancel();
    this.lastAt = performance.now();
    this.commit();
  };
}
