import { EventEmitter } from 'node:events';
import type { Notification as ElectronNotification, NotificationConstructorOptions } from 'electron';
import { throwOnMissing } from './stand-in.ts';

/** A notification that nobody sees. */
export class NotificationStandIn extends EventEmitter implements Pick<ElectronNotification, 'title' | 'body' | 'show' | 'close'> {
  title: string;
  body: string;

  constructor({ title = '', body = '' }: NotificationConstructorOptions = {}) {
    super();
    this.title = title;
    this.body = body;
  }

  show(): void {
    this.emit('show');
  }

  close(): void {
    this.emit('close');
  }

  static isSupported(): boolean {
    return true;
  }
}
Object.setPrototypeOf(NotificationStandIn.prototype, throwOnMissing('Notification', EventEmitter.prototype));
