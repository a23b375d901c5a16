/** The studio's layout: bar on top, palette left, canvas in the middle, inspector right, dock below; all resizable. */
import { lazy, Suspense, type ReactNode } from 'react';
import { Group, Panel, Separator, type Layout } from 'react-resizable-panels';
import { Canvas } from '../canvas/canvas.tsx';
import { Palette } from '../palette/palette.tsx';
import { FailureBanner } from '../run/failure-banner.tsx';
import { setPanel } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import { readPreferences, writePreferences } from '../storage/preferences.ts';
import { HintLayer } from '../ui/tooltip.tsx';
import { Dialogs } from './dialogs/dialogs.tsx';
import { Dock } from './dock.tsx';
import { DropTarget } from './drop-target.tsx';
import { useKeyboard } from './keyboard.ts';
import { Toasts } from './toasts.tsx';
import { TopBar } from './top-bar.tsx';
import { mediumScreen, narrowScreen, useMedia } from './use-media.ts';

export function App() {
  const narrow = useMedia(narrowScreen);
  useKeyboard();
  return (
    <>
      <DropTarget>
        <div className="flex h-full flex-col">
          <a href="#canvas-area" className="skip-link">
            Skip to the canvas
          </a>
          <TopBar />
          <main className="min-h-0 flex-1">
            <h1 className="sr-only">Weir</h1>
            {narrow ? <NarrowLayout /> : <WideLayout />}
          </main>
        </div>
      </DropTarget>
      <Dialogs />
      <Toasts />
      <HintLayer />
    </>
  );
}

/** Loaded on narrow screens only. */
/** Forms are large, and nobody edits in the first moment. */
const Inspector = lazy(() => import('../inspector/inspector.tsx').then((module) => ({ default: module.Inspector })));
const SideDrawer = lazy(() => import('./side-drawer.tsx').then((module) => ({ default: module.SideDrawer })));

function WideLayout() {
  const palette = useSession((state) => state.paletteOpen);
  const medium = useMedia(mediumScreen);
  const inspector = useSession((state) => state.inspectorOpen) && !medium;
  return (
    <>
      {medium && <InspectorDrawer />}
      <KeptGroup id="columns" key={`${palette}-${inspector}`}>
        {palette && (
          <>
            <Panel
              id="palette"
              className="bg-paper"
              defaultSize={196}
              minSize={150}
              maxSize={320}
              groupResizeBehavior="preserve-pixel-size"
            >
              <Palette />
            </Panel>
            <Separator className="separator" aria-label="Width of the palette" />
          </>
        )}
        <Panel id="middle" minSize={360}>
          <Middle />
        </Panel>
        {inspector && (
          <>
            <Separator className="separator" aria-label="Width of the inspector" />
            <Panel
              id="inspector"
              className="bg-paper"
              defaultSize={roomy() ? 304 : 264}
              minSize={240}
              maxSize={560}
              groupResizeBehavior="preserve-pixel-size"
            >
              <Suspense fallback={null}>
                <Inspector />
              </Suspense>
            </Panel>
          </>
        )}
      </KeptGroup>
    </>
  );
}

function NarrowLayout() {
  const palette = useSession((state) => state.paletteDrawer);
  return (
    <>
      <Middle />
      <Suspense fallback={null}>
        <SideDrawer side="left" title="Operators" open={palette} onClose={() => setPanel('paletteDrawer', false)}>
          <Palette onAdded={() => setPanel('paletteDrawer', false)} />
        </SideDrawer>
      </Suspense>
      <InspectorDrawer />
    </>
  );
}

function InspectorDrawer() {
  const open = useSession((state) => state.inspectorDrawer);
  return (
    <Suspense fallback={null}>
      <SideDrawer side="right" title="Inspector" open={open} onClose={() => setPanel('inspectorDrawer', false)}>
        <Inspector />
      </SideDrawer>
    </Suspense>
  );
}

/** On smaller screens the canvas gets what the panels can spare. */
const roomy = (): boolean => innerWidth >= 1200;

/** What a view of the dock needs to be of use, with its tabs; and what is left to the canvas all the same, in pixels. */
const usefulDock = 280;
const leastCanvas = 200;

/** A third of the page, or on low ones as much as is of use. */
const dockHeight = (): number => {
  const page = innerHeight - (matchMedia(narrowScreen).matches ? 94 : 48);
  return Math.round(Math.max(page / 3, Math.min(usefulDock, page - leastCanvas)));
};

function Middle() {
  const dock = useSession((state) => state.dockOpen);
  return (
    <KeptGroup id="rows" orientation="vertical" key={String(dock)}>
      <Panel id="canvas" minSize={160} className="flex flex-col">
        <FailureBanner />
        <div id="canvas-area" tabIndex={-1} className="relative min-h-0 flex-1 outline-none">
          <Canvas />
        </div>
      </Panel>
      {dock && (
        <>
          <Separator className="separator" aria-label="Height of the dock" />
          <Panel
            id="dock"
            className="bg-paper"
            defaultSize={dockHeight()}
            minSize={120}
            groupResizeBehavior="preserve-pixel-size"
          >
            <Dock />
          </Panel>
        </>
      )}
      {!dock && <DockBar />}
    </KeptGroup>
  );
}

/** The dock when it is closed: its tabs only. */
const DockBar = () => (
  <Panel
    id="dock-bar"
    className="bg-paper border-hairline border-t"
    defaultSize={35}
    minSize={35}
    maxSize={35}
    disabled
    groupResizeBehavior="preserve-pixel-size"
  >
    <Dock />
  </Panel>
);

interface KeptGroupProps {
  readonly id: string;
  readonly orientation?: 'horizontal' | 'vertical';
  readonly children: ReactNode;
}

/** A group of panels whose sizes a reload brings back. */
function KeptGroup({ id, orientation = 'horizontal', children }: KeptGroupProps) {
  const kept = readPreferences().layout?.[id];
  const keep = (layout: Layout, { isUserInteraction }: { readonly isUserInteraction: boolean }) => {
    if (isUserInteraction) writePreferences({ layout: { ...readPreferences().layout, [id]: layout } });
  };
  return (
    <Group
      id={id}
      orientation={orientation}
      className="h-full"
      onLayoutChanged={keep}
      {...(kept === undefined ? {} : { defaultLayout: kept })}
    >
      {children}
    </Group>
  );
}
