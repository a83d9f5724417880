import { isAbsolute } from 'node:path';
import { parseAllowList } from '../egress/allow-list.ts';

/*
 * How the text of a setting is read. Each returns the value, or throws a sentence that follows the setting's name.
 */

/** As it is. */
export const text = (value: string): string => value;

/** A whole number within bounds, both included. */
export const integer =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };

/** One of some words. */
export const oneOf =
  <T extends string>(allowed: readonly T[]) =>
  (value: string): T => {
    const found = allowed.find((candidate) => candidate === value);
    if (!found) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };

/** An address with one of these protocols, each with its colon; without slashes at its end. */
export const url =
  (...protocols: string[]) =>
  (value: string): string => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new Error(`must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value.replace(/\/+$/, '');
  };

/** A key that cannot be guessed. */
export const key = (value: string): string => {
  if (value.length < 16 || /\s/.test(value)) throw new Error('must be at least 16 characters without spaces');
  return value;
};

/** A key is sent with every request, so nothing else may be in the address, where logs would show it. */
export const modelUrl = (value: string): string => {
  const address = url('http:', 'https:')(value);
  const { username, password, search, hash } = new URL(address);
  if (username + password + search + hash !== '') {
    throw new Error(
      'must be without user, password, query and fragment; the key goes into SHEAF_MODEL_API_KEY',
    );
  }
  return address;
};

/** What is sent in a header. */
export const credential = (value: string): string => {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Error('must be printable ASCII without spaces');
  return value;
};

/** `name=value` with commas between, values encoded as in URLs: as OpenTelemetry writes headers into a variable. */
export const headers = (value: string): Readonly<Record<string, string>> => {
  const pairs = value.split(',').filter((pair) => pair.trim() !== '');
  const read = pairs.map((pair) =>
    /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*((?:[!-$&-~]|%[0-7][\da-f])*)\s*$/i.exec(pair),
  );
  if (read.some((match) => match === null)) throw new Error('must be name=value, with commas between');
  return Object.freeze(
    Object.fromEntries(
      read.map((match) => [(match?.[1] ?? '').toLowerCase(), decodeURIComponent(match?.[2] ?? '')]),
    ),
  );
};

/** A program's place, or none. */
export const program = (value: string): string => {
  if (value !== 'off' && !isAbsolute(value)) throw new Error("must be a program's absolute path, or off");
  return value;
};

/** Addresses that may be called although they are not public. */
export const allowList = (value: string): readonly string[] => {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const { wrong } = parseAllowList(entries);
  if (wrong.length > 0) {
    throw new Error(
      'must be networks (10.0.0.0/8), addresses, host names or host:port with commas between ' +
        `(wrong: ${wrong.join(' ')})`,
    );
  }
  return Object.freeze(entries);
};
