/**
 * What a script printed: each step with its effects below it, in columns. Arrows go from step to step, and its line of the
 * script is marked; a marked line has its steps marked here.
 */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ScriptPlayState } from '../../run/script-store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Effects } from './effects.tsx';
import { filtered, groupsOf, pagesOf } from './model.ts';
import type { Filter, Group, Marked } from './model.ts';

interface StepsProps {
  readonly lines: ScriptPlayState['lines'];
  readonly play: ScriptPlayState;
  readonly filter: Filter;
  readonly marked: Marked | null;
  readonly onMark: (marked: Marked) => void;
}

export function Steps({ lines, play, filter, marked, onMark }: StepsProps) {
  const groups = useMemo(() => filtered(groupsOf(lines), filter), [lines, filter]);
  const pages = useMemo(() => pagesOf(groups), [groups]);
  const list = useRef<HTMLOListElement>(null);
  // A page that was turned to stays until another line is marked.
  const [turned, setTurned] = useState<{ readonly page: number; readonly marked: Marked | null } | null>(null);
  const played = play.end?.kind === 'over' && play.end.outcome === 'played';
  const chosen = useMemo(() => markedGroup(groups, marked), [groups, marked]);
  const usual = chosen !== null ? pageOf(pages, chosen) : played ? 0 : pages.length - 1;
  const page = Math.max(0, Math.min(turned?.marked === marked ? turned.page : usual, pages.length - 1));
  const turnTo = (next: number): void => setTurned({ page: next, marked });
  const shown = pages[page];
  const atEnd = !played && chosen === null && page === pages.length - 1;
  useEffect(() => {
    // What goes on, or ended badly, is told last.
    if (atEnd && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [atEnd, shown]);
  useEffect(() => {
    if (played && list.current !== null) list.current.scrollTop = 0;
  }, [played]);
  useEffect(() => {
    if (chosen === null) return;
    list.current?.querySelector(`[data-at="${chosen.at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, page]);
  const go = (group: Group | undefined): void => {
    if (group?.step == null) return;
    onMark({ line: group.step.cause, at: group.at });
    // The next page may have to be drawn first.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-at="${group.at}"] > button`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = groups.findIndex((group) => group.at === chosen?.at);
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: groups.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(groups[to]);
  };
  const tabStop = shown?.find(({ at }) => at === chosen?.at) ?? shown?.find(({ step }) => step !== null);
  return (
    <>
      <ol ref={list} aria-label="Steps and what came of them" className="script-steps" onKeyDown={onKeyDown}>
        {shown?.map((group) => (
          <li
            key={group.at}
            data-at={group.at}
            data-marked={group.step !== null && group.step.cause === marked?.line ? '' : undefined}
            className="script-step"
          >
            {group.step !== null && (
              <button
                type="button"
                className="script-cause"
                aria-current={group === chosen || group.at === chosen?.at ? 'step' : undefined}
                tabIndex={group === tabStop ? 0 : -1}
                onClick={() => go(group)}
              >
                <span className="script-number">{group.step.cause}</span>
                <span className="script-sign">{group.step.what}</span>
                <span>
                  {group.step.place !== '' && <span className="text-muted">{group.step.place}: </span>}
                  {group.step.parts.join(' ')}
                </span>
              </button>
            )}
            <Effects lines={group.effects} />
          </li>
        ))}
        {groups.length === 0 && <li className="note p-4">No line is of this kind.</li>}
      </ol>
      {pages.length > 1 && (
        <div className="script-pages" role="group" aria-label="Pages of lines">
          <IconButton
            label="Earlier lines"
            side="top"
            disabled={page === 0}
            icon={<ChevronLeft size={14} aria-hidden />}
            onClick={() => turnTo(page - 1)}
          />
          <span className="note number">
            Page {page + 1} of {pages.length}
          </span>
          <IconButton
            label="Later lines"
            side="top"
            disabled={page === pages.length - 1}
            icon={<ChevronRight size={14} aria-hidden />}
            onClick={() => turnTo(page + 1)}
          />
        </div>
      )}
    </>
  );
}

/** The step that is looked at: the one that was chosen, else the first of the marked line. */
function markedGroup(groups: readonly Group[], marked: Marked | null): Group | null {
  if (marked === null) return null;
  const exact = groups.find(({ at }) => at === marked.at);
  return exact ?? groups.find(({ step }) => step?.cause === marked.line) ?? null;
}

const pageOf = (pages: readonly (readonly Group[])[], { at }: Group): number =>
  pages.findIndex((each) => each.some((group) => group.at === at));
