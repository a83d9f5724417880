const whole = new Intl.NumberFormat('en');

/** 12345 → 12,345 */
export const formatNumber = (value: number): string => whole.format(value);

/** "1 file", "12,345 files" */
export function formatCount(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in powers of 1000, as file managers show them: 1536 → 1.5 kB */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : Number(value.toFixed(1))} ${UNITS[unit]}`;
}

/** 0.934 → 93 % */
export const formatShare = (share: number): string => `${Math.round(share * 100)} %`;
