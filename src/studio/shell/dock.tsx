/** The dock: one view of the run, or two side by side, chosen by tabs. */
import { ChevronDown, ChevronsRight, ChevronUp, Columns2, X } from 'lucide-react';
import { Suspense, useEffect, useRef, type KeyboardEvent } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { hideView, setPanel, showView } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { useOverflow } from '../ui/use-overflow.ts';
import { views } from '../views/list.ts';

type View = (typeof views)[number];

export function Dock() {
  const tabs = useSession((state) => state.dockTabs);
  const open = useSession((state) => state.dockOpen);
  const shown = tabs.flatMap((id) => views.find((view) => view.id === id) ?? []);
  const first = shown[0] ?? views[0];
  const second = shown[1];
  if (first === undefined) return null;
  return (
    <section aria-label="Views of the run" className="flex h-full flex-col">
      <div className="flex items-stretch">
        <TabList selected={open ? first.id : ''} />
        <div className="border-hairline flex flex-none items-center gap-0.5 border-b pr-2">
          {open && <BesideButton first={first} second={second} />}
          <IconButton
            label={open ? 'Close the views' : 'Open the views'}
            icon={open ? <ChevronDown size={15} aria-hidden /> : <ChevronUp size={15} aria-hidden />}
            side="top"
            onClick={() => setPanel('dockOpen', !open)}
          />
        </div>
      </div>
      {open && (
        <div className="min-h-0 flex-1">
          {second === undefined ? (
            <ViewPanel view={first} />
          ) : (
            <Group id="views" className="h-full">
              <Panel id="view-first" minSize={200}>
                <ViewPanel view={first} />
              </Panel>
              <Separator className="separator" aria-label="Width of the views" />
              <Panel id="view-second" minSize={200} className="flex flex-col">
                <div className="flex items-center justify-between pt-1 pr-2 pl-4">
                  <h2 className="text-sm font-semibold">{second.title}</h2>
                  <IconButton
                    label={`Close ${second.title}`}
                    icon={<X size={14} aria-hidden />}
                    onClick={() => hideView(second.id)}
                  />
                </div>
                <div className="min-h-0 flex-1">
                  <ViewPanel view={second} />
                </div>
              </Panel>
            </Group>
          )}
        </div>
      )}
    </section>
  );
}

/** Arrow keys go from tab to tab, as the pattern for tabs asks. */
function TabList({ selected }: { readonly selected: string }) {
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = views.findIndex((view) => view.id === selected);
    const next = views[(at + step + views.length) % views.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    showView(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  const list = useRef<HTMLDivElement>(null);
  const cut = useOverflow(list);
  useEffect(() => {
    // Chosen by a key, a menu or another view, it may be out of sight.
    document.getElementById(`tab-${selected}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected, cut]);
  return (
    <>
      <div ref={list} role="tablist" aria-label="Views" className="tabs min-w-0 flex-1">
        {views.map((view, i) => {
          const isSelected = view.id === selected;
          return (
            <button
              key={view.id}
              id={`tab-${view.id}`}
              type="button"
              role="tab"
              aria-selected={isSelected}
              aria-controls={`view-${view.id}`}
              tabIndex={isSelected || (selected === '' && i === 0) ? 0 : -1}
              className="tab"
              onClick={() => showView(view.id)}
              onKeyDown={move}
            >
              {view.title}
            </button>
          );
        })}
      </div>
      {cut && (
        <div className="border-hairline flex flex-none items-center border-b">
          <Menu
            items={views.map((view) => ({ label: view.title, run: () => showView(view.id) }))}
            trigger={
              <button type="button" className="icon-button" aria-label="All views" title="All views">
                <ChevronsRight size={15} aria-hidden />
              </button>
            }
          />
        </div>
      )}
    </>
  );
}

function BesideButton({ first, second }: { readonly first: View; readonly second: View | undefined }) {
  const items = views
    .filter((view) => view !== first && view !== second)
    .map((view) => ({ label: view.title, run: () => showView(view.id, true) }));
  return (
    <Menu
      items={items}
      trigger={
        <button
          type="button"
          className="icon-button"
          aria-label="Show a second view beside"
          title="Show a second view beside"
        >
          <Columns2 size={15} aria-hidden />
        </button>
      }
    />
  );
}

function ViewPanel({ view }: { readonly view: View }) {
  const { Component } = view;
  return (
    <div role="tabpanel" id={`view-${view.id}`} aria-labelledby={`tab-${view.id}`} className="h-full overflow-hidden">
      <Suspense fallback={<p className="note p-4">Loading…</p>}>
        <Component />
      </Suspense>
    </div>
  );
}
