/** A binary min-heap over an explicit order. */

export class Heap<T> {
  private readonly items: T[] = [];
  private readonly order: (a: T, b: T) => number;

  /** `order` is negative when `a` comes out before `b`; equal items come out in no fixed order. */
  constructor(order: (a: T, b: T) => number) {
    this.order = order;
  }

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.items.push(item);
    this.rise(this.items.length - 1);
  }

  pop(): T | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (this.items.length > 0 && last !== undefined) {
      this.items[0] = last;
      this.sink(0);
    }
    return first;
  }

  private rise(start: number): void {
    const { items } = this;
    let at = start;
    const item = items[at] as T;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.order(items[parent] as T, item) <= 0) break;
      items[at] = items[parent] as T;
      at = parent;
    }
    items[at] = item;
  }

  private sink(start: number): void {
    const { items } = this;
    let at = start;
    const item = items[at] as T;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.order(items[child + 1] as T, items[child] as T) < 0) child++;
      if (this.order(item, items[child] as T) <= 0) break;
      items[at] = items[child] as T;
      at = child;
    }
    items[at] = item;
  }
}
