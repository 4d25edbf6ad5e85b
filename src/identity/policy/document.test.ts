import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PolicyProblem, readPolicy } from './document.ts'

const STATEMENT = { Effect: 'Allow', Action: ['scm:cert:list'] }
const of = (statement: object, version = '5.0') => JSON.stringify({ Version: version, Statement: [statement] })

describe('a policy document is refused with its place', () => {
  test.each([
    ['no JSON', '{', '$'],
    ['no object', '[]', '$'],
    ['null', 'null', '$'],
    ['version 1.0', JSON.stringify({ Version: '1.0', Statement: [STATEMENT] }), '$.Version'],
    ['version as a number', JSON.stringify({ Version: 1.1, Statement: [STATEMENT] }), '$.Version'],
    ['no version', JSON.stringify({ Statement: [STATEMENT] }), '$.Version'],
    ['an unknown member', JSON.stringify({ Version: '5.0', Statement: [STATEMENT], Depends: [] }), '$.Depends'],
    ['no statement', JSON.stringify({ Version: '5.0', Statement: [] }), '$.Statement'],
    ['nine statements', JSON.stringify({ Version: '5.0', Statement: Array(9).fill(STATEMENT) }), '$.Statement'],
    ['an effect in small letters', of({ ...STATEMENT, Effect: 'allow' }), '$.Statement[0].Effect'],
    ['no action', of({ Effect: 'Allow' }), '$.Statement[0].Action'],
    ['an action as a text', of({ Effect: 'Allow', Action: 'scm:cert:list' }), '$.Statement[0].Action'],
    ['an action of two parts in 1.1', of({ Effect: 'Allow', Action: ['scm:list'] }, '1.1'), '$.Statement[0].Action[0]'],
    ['an action with a blank', of({ Effect: 'Allow', Action: ['scm:cert:list '] }), '$.Statement[0].Action[0]'],
    ['a question mark in 1.1', of({ Effect: 'Allow', Action: ['scm:cert:lis?'] }, '1.1'), '$.Statement[0].Action[0]'],
    [
      'an action of 129 characters',
      of({ Effect: 'Allow', Action: [`scm:cert:${'a'.repeat(120)}`] }),
      '$.Statement[0].Action[0]',
    ],
    ['101 actions', of({ Effect: 'Allow', Action: Array(101).fill('scm:cert:list') }), '$.Statement[0].Action'],
    ['NotAction in 1.1', of({ Effect: 'Allow', NotAction: ['scm:cert:list'] }, '1.1'), '$.Statement[0].NotAction'],
    ['NotAction beside Action', of({ ...STATEMENT, NotAction: ['scm:cert:get'] }), '$.Statement[0].NotAction'],
    ['Principal', of({ ...STATEMENT, Principal: '*' }), '$.Statement[0].Principal'],
    ['a resource of three parts', of({ ...STATEMENT, Resource: ['scm:*:cert'] }), '$.Statement[0].Resource[0]'],
    ['eleven resources', of({ ...STATEMENT, Resource: Array(11).fill('*') }), '$.Statement[0].Resource'],
    ['an agency resource', of({ ...STATEMENT, Resource: { uri: ['*'] } }), '$.Statement[0].Resource'],
    [
      'an unknown operator',
      of({ ...STATEMENT, Condition: { StringSounds: { 'g:UserName': ['a'] } } }),
      '$.Statement[0].Condition.StringSounds.g:UserName',
    ],
    [
      'an operator called constructor',
      of({ ...STATEMENT, Condition: { constructor: { 'g:UserName': ['a'] } } }),
      '$.Statement[0].Condition.constructor.g:UserName',
    ],
    [
      'NullIfExists',
      of({ ...STATEMENT, Condition: { NullIfExists: { 'g:UserName': ['true'] } } }),
      '$.Statement[0].Condition.NullIfExists.g:UserName',
    ],
    [
      'a key without a prefix',
      of({ ...STATEMENT, Condition: { StringEquals: { UserName: ['a'] } } }),
      '$.Statement[0].Condition.StringEquals.UserName',
    ],
    [
      'a value as a text',
      of({ ...STATEMENT, Condition: { StringEquals: { 'g:UserName': 'a' } } }),
      '$.Statement[0].Condition.StringEquals.g:UserName',
    ],
    [
      'a number that is none',
      of({ ...STATEMENT, Condition: { NumberEquals: { 'g:MFAAge': ['ten'] } } }),
      '$.Statement[0].Condition.NumberEquals.g:MFAAge',
    ],
    [
      'a date that is none',
      of({ ...STATEMENT, Condition: { DateLessThan: { 'g:CurrentTime': ['soon'] } } }),
      '$.Statement[0].Condition.DateLessThan.g:CurrentTime',
    ],
    [
      'a network that is none',
      of({ ...STATEMENT, Condition: { IpAddress: { 'g:SourceIp': ['10.0.0.0/33'] } } }),
      '$.Statement[0].Condition.IpAddress.g:SourceIp',
    ],
    [
      'a truth that is none',
      of({ ...STATEMENT, Condition: { Bool: { 'g:MFAPresent': ['yes'] } } }),
      '$.Statement[0].Condition.Bool.g:MFAPresent',
    ],
    ['more than 6,144 characters', of({ ...STATEMENT, Sid: 'a'.repeat(6144) }), '$'],
  ])('%s', (_, text, place) => {
    try {
      readPolicy(text)
      expect.fail('it was taken')
    } catch (error) {
      expect(error).toBeInstanceOf(PolicyProblem)
      expect((error as PolicyProblem).place).toBe(place)
    }
  })
})

test('whatever the text, it is taken or refused with a place', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      try {
        readPolicy(text)
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyProblem)
      }
    }),
    { numRuns: 2000 },
  )
})
