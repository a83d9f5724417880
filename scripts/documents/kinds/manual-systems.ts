import { DRY_SIDE } from './manual-dry-side.ts';
import { WATER_SIDE } from './manual-water-side.ts';
import type { StationSystem } from './station-system.ts';

/** One chapter each, in this order. */
export const STATION_SYSTEMS: readonly StationSystem[] = [...WATER_SIDE, ...DRY_SIDE];
