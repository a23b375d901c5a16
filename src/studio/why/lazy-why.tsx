/** The “Why?” button where it is in the page's first load: what it asks with comes when it is first shown. */
import { lazy, Suspense, type ComponentProps } from 'react';

const LazyButton = lazy(() => import('./why-button.tsx').then(({ WhyButton }) => ({ default: WhyButton })));

export const LazyWhyButton = (props: ComponentProps<typeof LazyButton>) => (
  <Suspense fallback={null}>
    <LazyButton {...props} />
  </Suspense>
);
