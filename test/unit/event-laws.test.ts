import { expect } from 'chai';
import { clientLaw, type EventLaw, serverLaw } from '#testing/laws/event-laws.js';

/** `connection a` is an event about client a. */
function problems(law: EventLaw, events: string): string[] {
  return events.split(', ').flatMap((text) => {
    const [name = '', clientId] = text.split(' ');
    const problem = law.next({ name, clientId });
    return problem === undefined ? [] : [`${text}: ${problem}`];
  });
}

const CLIENT_EVENTS = [
  'connectError',
  'connect',
  'reconnect',
  'message',
  'drain',
  'disconnect',
  'error',
  'closed',
  'close',
];

/** What may come next, after what; the grammar of BEHAVIOUR, written out. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  '': ['connectError', 'connect', 'error', 'closed'],
  connectError: ['connectError', 'connect', 'error', 'closed'],
  connect: ['message', 'drain', 'disconnect', 'error', 'closed'],
  'connect, disconnect': ['connectError', 'connect', 'error', 'closed'],
  'connect, disconnect, connectError': ['connectError', 'connect', 'error', 'closed'],
  'connect, disconnect, connect': ['reconnect'],
  'connect, disconnect, connect, reconnect': ['message', 'drain', 'disconnect', 'error', 'closed'],
  'connect, closed': ['close'],
  'connect, closed, close': ['error'],
};

describe('event laws', () => {
  for (const [before, allowed] of Object.entries(AFTER)) {
    it(`allow a client ${allowed.join(', ')} after ${before === '' ? 'nothing' : before}, and nothing else`, () => {
      const possible = CLIENT_EVENTS.filter((event) => {
        const law = clientLaw();
        if (before !== '') {
          expect(problems(law, before)).to.deep.equal([]);
        }
        return law.next({ name: event }) === undefined;
      });

      expect(possible).to.have.members(allowed as string[]);
    });
  }

  for (const law of [clientLaw, serverLaw]) {
    it(`let nothing come between a message and its topic: ${law.name}`, () => {
      const opening = law === clientLaw ? 'connect' : 'listening, connection a';

      expect(problems(law(), `${opening}, message a, message.x a`)).to.deep.equal([]);
      expect(problems(law(), `${opening}, message a, drain a`)).to.have.length(1);
      expect(problems(law(), `${opening}, message.x a`)).to.have.length(1);
    });
  }

  const lives: Readonly<Record<string, boolean>> = {
    'closed, close': true,
    'error, closed, close, error': true,
    'listening, connection a, message a, message.x a, drain a, disconnect a, closed, close': true,
    'listening, connection a, connection b, disconnect a, disconnect b': true,
    'listening, listening': false,
    'connection a': false,
    'listening, connection a, closed': false,
    'listening, connection a, connection b, disconnect a, closed': false,
    'listening, connection a, connection a': false,
    'listening, connection a, disconnect a, connection a': false,
    'listening, connection a, disconnect a, disconnect a': false,
    'listening, connection a, disconnect a, message a': false,
    'listening, connection a, disconnect a, drain a': false,
    'listening, message a': false,
    'listening, closed, close, close': false,
    'listening, closed, error': false,
    'listening, close': false,
  };
  for (const [life, isAllowed] of Object.entries(lives)) {
    it(`${isAllowed ? 'allow' : 'refuse'} a server ${life}`, () => {
      expect(problems(serverLaw(), life)).to.have.length(isAllowed ? 0 : 1);
    });
  }
});
