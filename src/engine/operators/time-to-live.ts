/** Time to live as operators of tables have it: their state is forgotten when it was not written for so long. */
import { duration } from '../../base/units.ts';
import type { TtlConfig } from '../state/ttl.ts';

/** As Flink's table runtime (StateConfigUtil.createTtlConfig): counted from the last write, never seen again. 0: none. */
export const tableTtl = (ttlMs: number): TtlConfig | null =>
  ttlMs === 0 ? null : { ttlMs: duration(ttlMs), update: 'on-create-and-write', visibility: 'never-return-expired' };
