/**
 * When the page folds reports into its view: once a frame while it is visible; at once while it is hidden, since a
 * hidden page gets no frames; and after `patienceMs` in any case, for pages that are covered by others.
 */

const patienceMs = 250;

export class ViewCommits {
  private readonly commit: () => void;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(commit: () => void) {
    this.commit = commit;
  }

  request(): void {
    if (document.hidden) {
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
    this.commit();
  };
}
