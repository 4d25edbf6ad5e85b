import { describe, expect, test } from 'vitest'
import { parseServerUrl } from './server-url.ts'

describe('the URL of a database', () => {
  test.each([
    ['postgres://u:p@h:1/d', ['postgres://u:p@h:1/d'], 'h:1/d'],
    ['postgresql://h/d', ['postgres://h/d'], 'h/d'],
    [
      'postgres://u:p%40@a:1,b:2,[::1]:3/d?sslmode=require&target_session_attrs=read-write',
      [
        'postgres://u:p%40@a:1/d?sslmode=require',
        'postgres://u:p%40@b:2/d?sslmode=require',
        'postgres://u:p%40@[::1]:3/d?sslmode=require',
      ],
      'a:1,b:2,[::1]:3/d',
    ],
    ['postgres:///d?host=%2Frun%2Fpostgresql', ['postgres:///d?host=%2Frun%2Fpostgresql'], 'the local server/d'],
  ])('%s names its hosts, and is shown without its user', (url, perHost, shown) => {
    expect(parseServerUrl(url)).toEqual({ perHost, shown })
  })
})
