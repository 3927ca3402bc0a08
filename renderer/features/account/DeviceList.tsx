import { useCallback, useEffect, useState } from 'react';
import type { Device } from '#schemas/generated/types.ts';
import { listDevices } from '#app/use-cases/list-devices.ts';
import { signOutDevice } from '#app/use-cases/sign-out-device.ts';
import { formatMoment } from '#renderer/features/backups/group-by-day.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

/** The devices that are signed in; any of them but this one can be signed out from here. */
export function DeviceList() {
  const app = useApp();
  const [devices, setDevices] = useState<Device[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const read = useCallback(
    (): Promise<void> =>
      listDevices(app).then(
        (list) => {
          setDevices(list);
          setTrouble(null);
        },
        (thrown: unknown) => setTrouble(describeError(thrown)),
      ),
    [app],
  );
  useEffect(() => void read(), [read]);
  return (
    <section className="account-part" aria-labelledby="account-devices">
      <h2 id="account-devices">Devices</h2>
      <p className="account-quiet">What is written on a device that you sign out stays on it, and syncs when somebody signs in there again. After a year every device signs in anew.</p>
      {trouble && (
        <p className="sentence-error" role="alert">
          {trouble}
        </p>
      )}
      {devices && (
        <ul className="account-devices" aria-label="Devices that are signed in">
          {devices.map((device) => (
            <DeviceRow key={device.id} device={device} onSignedOut={read} />
          ))}
        </ul>
      )}
    </section>
  );
}

function DeviceRow({ device, onSignedOut }: { device: Device; onSignedOut(): Promise<void> }) {
  const app = useApp();
  const { show, showError } = useToast();
  const [busy, setBusy] = useState(false);
  const { id, device_name: name, current, created_at: since, last_seen_at: seen } = device;
  const signOut = async (): Promise<void> => {
    setBusy(true);
    try {
      await signOutDevice(app, id);
      show({ message: `${name} is signed out.` });
      await onSignedOut();
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="account-device">
      <span className="account-device-name">{name}</span>
      <span className="account-quiet">{current ? 'this device' : `last seen ${formatMoment(seen)}`} · signed in {formatMoment(since)}</span>
      {!current && (
        <Button disabled={busy} aria-label={`Sign out ${name}, last seen ${formatMoment(seen)}`} onClick={() => void signOut().catch(showError)}>
          Sign out
        </Button>
      )}
    </li>
  );
}
