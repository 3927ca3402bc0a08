import type { App } from 'electron';

/** A certificate that the system doesn't trust is refused: nobody is asked to click it away. No certificate of the author's is shown to anybody. */
export function guardCertificates(app: Pick<App, 'on'>): void {
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
  app.on('select-client-certificate', (event, _contents, _url, _list, answer) => {
    event.preventDefault();
    answer();
  });
}
