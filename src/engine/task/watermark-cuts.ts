/**
 * Lets a batch go out with the watermarks that its records cause: cut behind each record on which a generator said
 * something, since a watermark follows its record and goes before the next.
 */
import type { EventTimeMs } from '../../base/units.ts';
import type { WatermarkGenerator, WatermarkOutput } from '../time/watermarks/strategy.ts';
import { sliceBatch } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';

/** `pass` sends records on, `output` gets what the generator says, each in its place. */
export function emitWithWatermarks(
  batch: Batch,
  generator: WatermarkGenerator,
  output: WatermarkOutput,
  pass: (batch: Batch) => void,
): void {
  const held = new HeldOutput();
  let from = 0;
  while (from < batch.length) {
    const to = generator.onEvents(batch, from, held);
    // Nearly always the whole batch at once.
    pass(from === 0 && to === batch.length ? batch : sliceBatch(batch, from, to));
    held.release(output);
    from = to;
  }
}

type Said = EventTimeMs | 'idle' | 'active';

/** Keeps what is said about a record until the record is out. */
class HeldOutput implements WatermarkOutput {
  private said: Said[] = [];

  emitWatermark(time: EventTimeMs): void {
    this.said.push(time);
  }

  markIdle(): void {
    this.said.push('idle');
  }

  markActive(): void {
    this.said.push('active');
  }

  release(output: WatermarkOutput): void {
    if (this.said.length === 0) return;
    const { said } = this;
    this.said = [];
    for (const each of said) {
      if (each === 'idle') output.markIdle();
      else if (each === 'active') output.markActive();
      else output.emitWatermark(each);
    }
  }
}
