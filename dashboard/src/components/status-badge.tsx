import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';

/** How each state of a batch or job is shown: never by colour alone. */
const STATES: Readonly<
  Record<string, { readonly label: string; readonly icon: LucideIcon; readonly tone: string }>
> = {
  PENDING: { label: 'Pending', icon: CircleDashed, tone: 'neutral' },
  THROTTLED: { label: 'Throttled', icon: Hourglass, tone: 'waiting' },
  RUNNING: { label: 'Running', icon: LoaderCircle, tone: 'running' },
  COMPLETED: { label: 'Completed', icon: CircleCheck, tone: 'good' },
  FAILED: { label: 'Failed', icon: CircleX, tone: 'bad' },
  CANCELLED: { label: 'Cancelled', icon: Ban, tone: 'neutral' },
};

export function StatusBadge({ status }: { readonly status: string }) {
  const {
    label,
    icon: Icon,
    tone,
  } = STATES[status.toUpperCase()] ?? {
    label: status,
    icon: CircleDashed,
    tone: 'neutral',
  };
  return (
    <span className={`badge badge-${tone}`}>
      <Icon aria-hidden className={tone === 'running' ? 'spin' : undefined} />
      {label}
    </span>
  );
}
