/** Error classes, their fields, and how they are told apart. */

import {
  BackpressureError,
  BadClientError,
  type Client,
  DecodeError,
  EncodeError,
  IpcError,
  NoServerError,
  SendAfterCloseError,
  SendError,
  SocketFileError,
  type SocketFileErrorCode,
  UsageError,
  type UsageErrorCode,
} from 'ipc';
import { expectType, type Same } from './expect-type.js';

export function toldApartByClass(client: Client): void {
  client.on('error', (error) => {
    if (error instanceof BackpressureError) {
      expectType<Same<typeof error.bufferedBytes, number>>();
      expectType<Same<typeof error.clientId, string | undefined>>();
    } else if (error instanceof BadClientError) {
      expectType<Same<typeof error.clientId, unknown>>();
    } else if (error instanceof SendError) {
      expectType<Same<typeof error.sentTopic, unknown>>();
      expectType<Same<typeof error.sentMessage, unknown>>();
    } else if (error instanceof DecodeError) {
      expectType<Same<typeof error.rawData, unknown>>();
      expectType<Same<typeof error.clientId, string | undefined>>();
    } else if (error instanceof UsageError) {
      expectType<Same<typeof error.code, UsageErrorCode>>();
    } else if (error instanceof SocketFileError) {
      expectType<Same<typeof error.code, SocketFileErrorCode>>();
    } else if (error instanceof IpcError) {
      expectType<Same<typeof error.code, string>>();
    }
    expectType<Same<typeof error.code, string | undefined>>();
  });
}

export function errorsOfTheSystem(client: Client): void {
  client.on('connectError', (error: NodeJS.ErrnoException) => error.code === 'ENOENT');
  client.on('error', (error: NodeJS.ErrnoException) => error.code === 'ECONNRESET');
  // @ts-expect-error not every error is one of these
  client.on('error', (error: DecodeError) => error.rawData);
}

export function families(): (IpcError | Error)[] {
  const family: SendError[] = [
    new EncodeError('text', { topic: 't', message: 1 }, { cause: new Error('why') }),
    new SendAfterCloseError('text', 1, 't'),
    new NoServerError('text', 1, 't'),
    new BadClientError('text', 1, 't', 'id'),
    new BackpressureError('text', 1, 't', { clientId: 'id', bufferedBytes: 1 }),
  ];
  const others: IpcError[] = [
    new DecodeError('text', Buffer.from('raw'), { cause: 1 }),
    new UsageError('IPC_BAD_DELAY', 'text'),
  ];
  // @ts-expect-error not a code of this class
  others.push(new UsageError('IPC_DECODE', 'text'));
  // @ts-expect-error its own family
  family.push(new DecodeError('text', null));
  return [...family, ...others];
}

export function codesAreForReading(error: IpcError): void {
  // @ts-expect-error readonly
  error.code = 'IPC_OTHER';
}
