/** Icons of the kinds of faults by the name that the registry gives. */
import {
  ArrowLeftRight,
  BrainCog,
  CirclePause,
  Coins,
  Copy,
  DatabaseZap,
  FileX,
  FlaskConical,
  Hourglass,
  MailX,
  OctagonAlert,
  PackageX,
  RefreshCw,
  ServerCrash,
  Skull,
  Snail,
  Snowflake,
  Timer,
  Unplug,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import { faultTable } from '../../engine/faults/list.ts';

export const faultIcons: Readonly<Record<string, LucideIcon>> = {
  'arrow-left-right': ArrowLeftRight,
  'brain-cog': BrainCog,
  'circle-pause': CirclePause,
  coins: Coins,
  copy: Copy,
  'database-zap': DatabaseZap,
  'file-x': FileX,
  'flask-conical': FlaskConical,
  hourglass: Hourglass,
  'mail-x': MailX,
  'octagon-alert': OctagonAlert,
  'package-x': PackageX,
  'refresh-cw': RefreshCw,
  'server-crash': ServerCrash,
  skull: Skull,
  snail: Snail,
  snowflake: Snowflake,
  timer: Timer,
  unplug: Unplug,
};

export function FaultIcon({ kind }: { readonly kind: string }) {
  const Icon = faultIcons[faultTable.get(kind)?.icon ?? ''] ?? Zap;
  return <Icon size={14} strokeWidth={1.75} aria-hidden className="shrink-0" />;
}
