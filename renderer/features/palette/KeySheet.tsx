import { Dialog } from '#renderer/ui/Dialog.tsx';
import { groupCommands, type Command } from './commands.ts';
import { formatKey } from './keys.ts';

interface KeySheetProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  commands: readonly Command[];
}

/** Keys that belong to a place, not to an action of the registry. */
const IN_PLACES: readonly (readonly [string, string])[] = [
  ['Close what is on top', 'Escape'],
  ['In the chapters: go to the next or the one before', 'ArrowDown'],
  ['In the chapters: open', 'Enter'],
  ['In a chapter’s history: go to the next or the one before', 'ArrowDown'],
];

export function KeySheet({ open, onOpenChange, commands }: KeySheetProps) {
  const groups = groupCommands(commands.filter((command) => command.key));
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" size="large">
      <div className="key-sheet">
        {groups.map(([name, list]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {list.map((command) => (
                <KeyRow key={command.id} name={command.name} keys={formatKey(command.key ?? '')} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Moving about</h3>
          <dl>
            {IN_PLACES.map(([name, key]) => (
              <KeyRow key={name} name={name} keys={formatKey(key)} />
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

function KeyRow({ name, keys }: { name: string; keys: string }) {
  return (
    <div className="key-row">
      <dt>{name}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </div>
  );
}
