/** Whether an element holds more than it has room for, kept up to date. */
import { useEffect, useState, type RefObject } from 'react';

/** Its own width and those of its children are watched: either may change. */
export function useOverflow(ref: RefObject<HTMLElement | null>): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setOver(element.scrollWidth > element.clientWidth + 1));
    for (const each of [element, ...element.children]) observer.observe(each);
    return () => observer.disconnect();
  }, [ref]);
  return over;
}
