/** GeneralName (RFC 5280 §4.2.1.6) as text. */
import { SocketAddress } from 'node:net'
import type { DerReader } from './der.ts'
import { takeName } from './name.ts'
import { oidContent, takeOid } from './oid.ts'
import { ia5Content, textOf } from './text.ts'

export interface SubjectAltName {
  readonly kind: 'dns' | 'ip' | 'email' | 'uri' | 'directory' | 'other'
  /**
   * Without prefix: `*.example.com`, `192.0.2.1`, `2001:db8::1` (RFC 5952), RFC 4514 text of a directory name. Of
   * `other`, its kind first: `registeredID:1.2.3`, `1.3.6.1.4.1.311.20.2.3:user@example.com` (otherName),
   * `x400Address:#…`, `ediPartyName:#…`, and `iPAddress:#…` where the bytes are neither 4 nor 16; `#` and hex where
   * the value is no text.
   */
  readonly value: string
}

/** Reads the next element as a GeneralName. */
export function takeGeneralName(reader: DerReader, field: string): SubjectAltName {
  reader.next(field)
  switch (reader.tag) {
    case 0xa0:
      return { kind: 'other', value: otherName(reader.inside(), field) }
    case 0x81:
      return { kind: 'email', value: ia5Content(reader) }
    case 0x82:
      return { kind: 'dns', value: ia5Content(reader) }
    case 0xa3:
      return { kind: 'other', value: `x400Address:#${reader.hex()}` }
    case 0xa4: {
      const inside = reader.inside()
      const name = takeName(inside, field)
      inside.finish(field)
      return { kind: 'directory', value: name.text }
    }
    case 0xa5:
      return { kind: 'other', value: `ediPartyName:#${reader.hex()}` }
    case 0x86:
      return { kind: 'uri', value: ia5Content(reader) }
    case 0x87:
      return address(reader)
    case 0x88:
      return { kind: 'other', value: `registeredID:${oidContent(reader, field)}` }
    default:
      throw reader.fault(`${field} has a name of unknown kind`)
  }
}

function otherName(parts: DerReader, field: string): string {
  const oid = takeOid(parts, field)
  parts.take(0xa0, field)
  const value = parts.inside()
  parts.finish(field)
  value.next(field)
  const text = textOf(value)
  return `${oid}:${text ?? `#${value.hex()}`}`
}

function address(reader: DerReader): SubjectAltName {
  const octets = reader.bytes.subarray(reader.start, reader.end)
  if (octets.length === 4) return { kind: 'ip', value: octets.join('.') }
  if (octets.length !== 16) return { kind: 'other', value: `iPAddress:#${reader.hex()}` }
  const groups = octets.toString('hex').match(/.{4}/g) ?? []
  return { kind: 'ip', value: new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address }
}
