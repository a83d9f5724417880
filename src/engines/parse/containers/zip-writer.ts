import { crc32, deflateRawSync } from 'node:zlib';

/**
 * Writes a ZIP container (PKWARE APPNOTE 6.3) member by member, so that memory holds one member at a time. Without the
 * 64-bit extension: neither a member nor the container may reach 4 GiB, nor may there be more than 65,535 members.
 */
export class ZipWriter {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #directory: Buffer[] = [];
  #offset = 0;

  /** @param write takes the container's next bytes, which do not change afterwards */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Adds a member. `mimetype` is stored, as the containers that have it want; all others are deflated. */
  add(name: string, content: string | Uint8Array): void {
    const bytes = Buffer.from(content);
    const stored = name === 'mimetype';
    const data = stored ? bytes : deflateRawSync(bytes);
    const fields = memberFields(bytes, data.length, stored, Buffer.byteLength(name));
    const local = Buffer.concat([signature(0x04034b50), fields, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(this.#offset, 10);
    this.#directory.push(
      Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]),
    );
    this.#write(local);
    this.#offset += local.length;
  }

  /** Writes the directory, which ends the container. */
  finish(): void {
    const entries = Buffer.concat(this.#directory);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#directory.length, 8);
    end.writeUInt16LE(this.#directory.length, 10);
    end.writeUInt32LE(entries.length, 12);
    end.writeUInt32LE(this.#offset, 16);
    this.#write(entries);
    this.#write(end);
  }
}

/** Version, flags, method, time, checksum, sizes and name length: the part both headers of a member share. */
function memberFields(bytes: Buffer, packed: number, stored: boolean, nameBytes: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  // Bit 11: names are UTF-8.
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(stored ? 0 : 8, 4);
  // The first day that the format knows.
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(packed, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(nameBytes, 22);
  return fields;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
