/**
 * Ways to break the protocol, each as a change of its text: so that the code that runs has no hooks for it. A swarm that
 * does not see one of them proves nothing. Every `search` is there exactly once (a test keeps it so).
 */
export interface Mutant {
  readonly name: string;
  /** What the protocol promises and this breaks, in a sentence. */
  readonly breaks: string;
  readonly changes: readonly Change[];
}

export interface Change {
  /** Below `src`. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

const one = (name: string, breaks: string, file: string, search: string, replace: string): Mutant => ({
  name,
  breaks,
  changes: [{ file, search, replace }],
});

const task = 'engine/task';
const recovery = 'engine/coordinator/recovery';

export const mutants: readonly Mutant[] = [
  one(
    'skip-alignment',
    'A channel whose barrier came waits for the others.',
    `${task}/barrier-handler.ts`,
    'const blocks = !pending.unaligned && !this.isComplete(pending);',
    'const blocks = false;',
  ),
  one(
    'acknowledge-before-written',
    'A subtask acknowledges once all of its snapshot is durable.',
    `${task}/snapshot-job.ts`,
    '&& this.sources.length === 0 && this.writes === 0;',
    '&& this.sources.length === 0;',
  ),
  one(
    'acknowledge-before-prepared',
    'A subtask acknowledges once its transactions are prepared.',
    `${task}/checkpointing.ts`,
    'if (around.chain?.settled(checkpoint) === false) continue;',
    'around.chain?.settled(checkpoint);',
  ),
  one(
    'commit-on-pre-commit',
    'A transaction is committed when the checkpoint is complete, and not when it is prepared.',
    'engine/operators/two-phase.ts',
    'if (this.context.checkpoints === false) this.commit(transaction);',
    'this.commit(transaction);',
  ),
  one(
    'commit-newest-only',
    'A completion notice commits what missed notices left, too.',
    'engine/operators/two-phase.ts',
    "if (stage === 'prepared' && closedAt !== null && closedAt <= checkpoint) this.commit(transaction);",
    "if (stage === 'prepared' && closedAt === checkpoint) this.commit(transaction);",
  ),
  one(
    'restore-without-commit',
    'A restored sink commits what its snapshot lists.',
    'engine/operators/two-phase.ts',
    'for (const transaction of this.pending) this.commit(transaction);',
    'this.pending = [];',
  ),
  one(
    'keep-others-transactions',
    'A restored sink aborts what older attempts left.',
    'engine/operators/two-phase.ts',
    `    this.ask(\`\${node}/\${subtaskIndex}/\`, null, {
      kind: 'abort-others',
      keep: this.pending.map(({ name }) => name),
    });`,
    `    void node;
    void subtaskIndex;
    this.begun({ kind: 'done' });`,
  ),
  one(
    'no-word-before-the-barrier',
    'Operators are told before the barrier leaves, so that what is staged belongs in front of it.',
    `${task}/checkpointing.ts`,
    'chain.beforeBarrier(checkpoint);',
    '',
  ),
  one(
    'state-after-the-barrier',
    'A snapshot holds the state as of the barrier, however late it is encoded.',
    `${task}/snapshot-chunks.ts`,
    '? null : keyedState.snapshot();',
    '? null : ({ *[Symbol.iterator]() { yield* keyedState.snapshot(); } } as ReturnType<KeyedState["snapshot"]>);',
  ),
  one(
    'keep-channels-blocked',
    'A checkpoint that is given up blocks no channel any more.',
    `${task}/barrier-handler.ts`,
    `    this.release(pending);
    this.actions.abort(`,
    '    this.actions.abort(',
  ),
  one(
    'finish-without-a-last-checkpoint',
    'What commits with checkpoints finishes when one that was taken behind its end is complete.',
    `${task}/subtask.ts`,
    'if (firstAtEnd === null || completedId < firstAtEnd) return false;',
    'if (firstAtEnd === null) return false;',
  ),
  one(
    'forget-in-flight-input',
    'What an overtaking barrier finds waiting at the inputs is part of the snapshot.',
    `${task}/checkpointing.ts`,
    'const parts = unaligned ? this.inputParts() : [];',
    'const parts = unaligned ? (this.inputParts(), []) : [];',
  ),
  one(
    'forget-in-flight-output',
    'What an overtaking barrier finds waiting at the outputs is part of the snapshot.',
    `${task}/checkpointing.ts`,
    'job.addInFlight(outputs);',
    '',
  ),
  one(
    'forget-buffer-in-hand',
    'The rest of the buffer in hand is in-flight data too.',
    `${task}/gate-channel.ts`,
    'for (const buffer of cursor === null ? this.queue : [cursor.buffer, ...this.queue]) {',
    'for (const buffer of this.queue) {',
  ),
  one(
    'forget-timers',
    'Timers are part of the snapshot.',
    `${task}/snapshot-chunks.ts`,
    'const captured = timers.size === 0 ? null : timers.snapshotGroups(groupOf);',
    'const captured = null;',
  ),
  one(
    'barrier-before-records',
    'A barrier comes behind the records that were written before it.',
    `${task}/output-channel.ts`,
    `    this.writer.event(event);
    if (this.ended)`,
    `    (this.writer as unknown as { events: object[] }).events.unshift({ after: 0, event });
    if (this.ended)`,
  ),
  one(
    'ignore-sequence-gaps',
    'A buffer that is lost, repeated or reordered fails the receiver.',
    `${task}/gate-channel.ts`,
    'if (got === expected) return;',
    'if (got !== expected) return;\n    return;',
  ),
  one(
    'do-not-rewind',
    'A restored source goes on where its snapshot was taken.',
    `${task}/restoring.ts`,
    'if (isSource) driver?.restore(state as unknown as DriverState);',
    'if (isSource) void driver;',
  ),
  one(
    'trust-damaged-state',
    'A chunk whose fingerprint is not that of its handle is not restored.',
    `${task}/restoring.ts`,
    'if (bytes.byteLength !== handle.bytes || fingerprintOf(bytes) !== handle.fingerprint)',
    'if (bytes.byteLength !== handle.bytes)',
  ),
  one(
    'wrong-key-groups',
    'A subtask gets the keyed state of all groups of its range.',
    `${recovery}/restores.ts`,
    '(keyed && place.group >= range.start && place.group <= range.end);',
    '(keyed && place.group > range.start && place.group <= range.end);',
  ),
  {
    name: 'complete-without-all',
    breaks: 'A checkpoint is complete when all subtasks have acknowledged.',
    changes: [
      {
        file: 'engine/coordinator/checkpoints/pending.ts',
        search: 'return this.snapshots.size === this.plan.awaits.length;',
        replace: 'return this.snapshots.size >= Math.max(1, this.plan.awaits.length - 1);',
      },
      {
        file: 'engine/coordinator/checkpoints/pending.ts',
        search: 'present(this.snapshots.get(id), `the snapshot of ${id}`).handles',
        replace: '(this.snapshots.get(id)?.handles ?? [])',
      },
    ],
  },
  one(
    'tell-before-it-is-durable',
    'Nobody is told of a checkpoint before the store has it.',
    'engine/coordinator/checkpoints/checkpoint-coordinator.ts',
    'next.completing = true;',
    "next.completing = true;\n    this.tellRunning(next.plan.awaits, 'checkpoint-complete', next.id);",
  ),
  one(
    'drop-shared-chunks',
    'A chunk goes only when no retained checkpoint names it.',
    'engine/coordinator/checkpoints/retained.ts',
    'const free = (key: string) => !named.has(key);',
    "const free = (key: string) => key !== '' || named.has(key);",
  ),
  one(
    'restore-the-oldest',
    'Recovery uses the newest completed checkpoint.',
    'engine/coordinator/checkpoints/retained.ts',
    'return this.checkpoints.findLast(',
    'return this.checkpoints.find(',
  ),
  one(
    'restart-one-task',
    'All tasks that are joined by channels restart together.',
    `${recovery}/rounds.ts`,
    ': this.regions.get(id));',
    ': [id]);',
  ),
  one(
    'hear-old-attempts',
    'The coordinator does not hear what older attempts say.',
    'engine/coordinator/coordinator.ts',
    'if (message.attempt === attempt) this.hear(active, message);',
    'if (message.attempt <= attempt) this.hear(active, message);',
  ),
  one(
    'reuse-channels',
    'A channel never serves two attempts.',
    'hosts/simulator/wires.ts',
    'else this.wires.set(id, { from: sender, to: receiver, downstream: new Link(), upstream: new Link() });',
    `else this.wires.set(id, {
      from: sender,
      get to() {
        return processes.get(to) ?? receiver;
      },
      downstream: new Link(),
      upstream: new Link(),
    });`,
  ),
  one(
    'reuse-transaction-names',
    'Attempts are numbered above those of the coordinator before.',
    'hosts/simulator/cluster.ts',
    'const firstAttempt = this.highestAttempt + 1;',
    'const firstAttempt = 1;',
  ),
  one(
    'build-on-what-is-not-complete',
    'An incremental checkpoint names only chunks of completed checkpoints.',
    `${task}/checkpointing.ts`,
    'this.acknowledged.set(checkpoint, handles);',
    'this.acknowledged.set(checkpoint, handles);\n    this.remember(handles);',
  ),
  one(
    'read-past-the-limit',
    'A source that is ahead of its alignment group reads nothing.',
    `${task}/source-driver.ts`,
    'return !this.stopped && this.limit < this.time.watermark;',
    'return false;',
  ),
  one(
    'align-with-old-attempts',
    'What an older attempt of a source has reported holds nobody back, and lets nobody go on.',
    'engine/coordinator/watermark-alignment.ts',
    'return reported !== undefined && reported.attempt === this.tasks.attempt(id) ? reported.watermark : null;',
    'return reported?.watermark ?? null;',
  ),
  one(
    'live-on-after-a-restore',
    'What is restored is as old as it was.',
    'engine/state/value-state.ts',
    'const [value, at] = hasTtl ? (stored as [JsonValue, number]) : [stored, this.ttl?.now() ?? 0];',
    'const [value, at] = [hasTtl ? (stored as [JsonValue, number])[0] : stored, this.ttl?.now() ?? 0];',
  ),
  one(
    'expire-late',
    'State that was not written for its time to live is not read any more.',
    'engine/state/ttl.ts',
    'return at + ttl <= now;',
    'return at + 2 * ttl <= now;',
  ),
  one(
    'forget-merged-sessions',
    'Which sessions have become one, and where their contents are, is part of the snapshot.',
    'engine/operators/windowing/merging-windows.ts',
    "this.state = context.keyedState.value<readonly MergedWindow[]>('windows');",
    `context.keyedState.value<readonly MergedWindow[]>('windows');
    const kept = new Map<Key, readonly MergedWindow[]>();
    this.state = {
      get: (key: Key) => kept.get(key),
      set: (key: Key, _namespace: unknown, value: readonly MergedWindow[]) => void kept.set(key, value),
      delete: (key: Key) => void kept.delete(key),
      entries: () => kept.entries(),
    } as unknown as ValueState<readonly MergedWindow[]>;`,
  ),
  one(
    'lose-what-merges',
    'The contents of sessions that merge are those of all of them.',
    'engine/operators/windowing/contents.ts',
    'before === undefined ? value : this.folding.combine(before, value)',
    'before === undefined ? value : before',
  ),
  one(
    'forget-windows-without-a-key',
    'The windows of a stream without a key are part of the snapshot, too.',
    `${task}/snapshot-chunks.ts`,
    'const keyed = keyedState === null || keyedState.size === 0 ? null',
    'const keyed = keyedState === null || chain.head.planned.inputs[0]?.key === null ? null',
  ),
  one(
    'wait-for-idle-splits',
    'An idle split of a source holds back no watermark.',
    'engine/time/watermarks/multiplexer.ts',
    'if (idle) continue;',
    'void idle;',
  ),
  one(
    'pass-active-splits',
    'The watermark of a source passes none of its splits that is not idle.',
    'engine/time/watermarks/multiplexer.ts',
    'if (watermark < least) least = watermark;',
    'least = least === MAX_EVENT_TIME ? watermark : Math.max(least, watermark);',
  ),
  one(
    'wait-for-idle-channels',
    'An idle channel holds back no watermark.',
    'engine/time/watermark-valve.ts',
    `    state.aligned = false;
    const held`,
    '    const held',
  ),
  one(
    'wait-for-idle-inputs',
    'An idle input of an operator with two holds back no watermark.',
    'engine/time/input-watermarks.ts',
    'if (idle) continue;',
    'void idle;',
  ),
  one(
    'pass-active-inputs',
    'The watermark of an operator with two inputs passes none of them that is not idle.',
    'engine/time/input-watermarks.ts',
    'if (watermark < least) least = watermark;',
    'least = least === MAX_EVENT_TIME ? watermark : Math.max(least, watermark) as EventTimeMs;',
  ),
  one(
    'end-in-idleness',
    'The final watermark passes an assigner that is idle.',
    'engine/operators/watermarks.ts',
    'if (time === MAX_EVENT_TIME) this.emitter.markActive();',
    'void time;',
  ),
  one(
    'never-part-again',
    'A row of a semi join is taken back with the last row that it met.',
    'engine/operators/semi-join-operator.ts',
    'left.rows.associate(key, row, row.associations + (away ? -1 : 1));',
    'left.rows.associate(key, row, row.associations + 1);',
  ),
  one(
    'one-tag-for-all',
    'What goes to a side output comes out there and at no other.',
    'engine/operators/side-outputs.ts',
    'const port = i + 1;',
    'const port = i === 0 ? 1 : 2;',
  ),
  one(
    'drop-late-records',
    'A record that is too late for its windows goes to the side output.',
    'engine/operators/windowing/operator.ts',
    'context.outputs[1 + input]?.emit(selectRows(batch, this.late, late));',
    'void selectRows;',
  ),
  one(
    'nulls-always-first',
    'Nulls are first or last as the order says.',
    'engine/operators/order-by.ts',
    'return (a === null) === nullsFirst ? -1 : 1;',
    'return (a === null) !== (nullsFirst === undefined) ? -1 : 1;',
  ),
  one(
    'fire-once',
    'A trigger that is repeated begins anew.',
    'engine/time/triggers/composites.ts',
    'if (this.part.isFinished(context)) this.part.reset(context);',
    '',
  ),
];
