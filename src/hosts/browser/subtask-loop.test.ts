/** The loop around a subtask, over real message channels, with a subtask that does what a test says. */
import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import { buffer, fault, planOf } from '../../engine/faults/testing/fixture.ts';
import type { Subtask } from '../../engine/task/subtask.ts';
import type { WireBuffer } from '../../engine/wire/buffer.ts';
import type { SubtaskEffect, SubtaskMessage } from '../../engine/wire/messages.ts';
import type { SubtaskAssignment } from './protocol.ts';
import { SharedClock } from './shared-clock.ts';
import { SubtaskLoop } from './subtask-loop.ts';

const channel = 'e1:0-0';
const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function pair(): MessageChannel {
  const made = new MessageChannel();
  ports.push(made.port1, made.port2);
  return made;
}

/** A loop whose subtask answers each message with these effects; `received` are the buffers that come out of `channel`. */
function loop(step: (message: SubtaskMessage) => SubtaskEffect[], faults: readonly Fault[]) {
  const [coordinator, output] = [pair(), pair()];
  const received: WireBuffer[] = [];
  output.port2.onmessage = ({ data }: MessageEvent<WireBuffer[]>) => void received.push(...data);
  const assignment = {
    role: 'subtask',
    run: 'run',
    deployment: { plan: planOf('v1/0'), attempt: 1, restore: null, offsets: null, recovery: null, faults },
    resources: [],
    coordinator: coordinator.port1,
    inputs: [],
    outputs: [[channel, output.port1]],
    postgres: null,
  } as SubtaskAssignment;
  const subtask = { step, stepped: () => undefined } as unknown as Subtask;
  const crash = (error: unknown): void => {
    throw error;
  };
  new SubtaskLoop(
    () => subtask,
    assignment,
    async () => ({ kind: 'done' }),
    crash,
  );
  const start = { kind: 'command', command: { kind: 'start' }, clock: new SharedClock().current } as const;
  return { received, start: () => coordinator.port2.postMessage(start) };
}

test('a last buffer that a fault delays comes late, and does come, though nothing happens here any more', async () => {
  const last = buffer(0, 0, { events: [{ after: 0, event: { kind: 'end' } }] });
  const effects: SubtaskEffect[] = [
    { kind: 'send', channel, buffer: last },
    { kind: 'state', state: 'finished' },
  ];
  const delayed = fault('delay-buffer', { target: { kind: 'channel', channel }, params: { ms: 20 } });
  const { received, start } = loop(({ kind }) => (kind === 'command' ? effects : []), [delayed]);
  start();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(received).toHaveLength(0);
  await expect.poll(() => received.length, { timeout: 1000 }).toBe(1);
});
