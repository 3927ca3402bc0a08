import { Command as Cmdk } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useToast } from '#renderer/ui/toast.tsx';
import { groupCommands, runCommand, useCommandList, useCommands, type Command } from './commands.ts';
import { KeySheet } from './KeySheet.tsx';
import { formatKey } from './keys.ts';
import { scoreCommand } from './score-command.ts';
import './palette.css';

/** Every action by its name, on Ctrl/Cmd+K; and the sheet of keys, on '?'. */
export function CommandPalette() {
  const [shown, setShown] = useState<'palette' | 'keys' | null>(null);
  const commands = useCommandList();
  const { showError } = useToast();
  useCommands([
    { id: 'palette.open', name: 'Find an action', group: 'Recto', key: 'Mod+K', run: () => setShown('palette') },
    { id: 'keys.open', name: 'Show the keys', group: 'Recto', key: '?', keywords: ['shortcuts', 'help'], run: () => setShown('keys') },
  ]);
  const choose = (command: Command): void => {
    setShown(null);
    // After the palette has given the focus back, so that an action can take it.
    setTimeout(() => runCommand(command, showError));
  };
  return (
    <>
      <Dialog.Root open={shown === 'palette'} onOpenChange={(open) => setShown(open ? 'palette' : null)}>
        <Dialog.Portal>
          <Dialog.Overlay className="dialog-scrim" />
          <Dialog.Content className="palette" aria-describedby={undefined}>
            <Dialog.Title className="visually-hidden">Find an action</Dialog.Title>
            <Cmdk label="Find an action" loop filter={(_value, search, keywords) => scoreCommand(search, keywords ?? [])}>
              <Cmdk.Input className="palette-input" placeholder="What do you want to do?" />
              <Cmdk.List className="palette-list" label="Actions">
                <Cmdk.Empty className="palette-empty">Nothing is called that.</Cmdk.Empty>
                {groupCommands(commands.filter((command) => command.id !== 'palette.open')).map(([name, list]) => (
                  <Cmdk.Group key={name} heading={name}>
                    {list.map((command) => (
                      <PaletteItem key={command.id} command={command} onChoose={choose} />
                    ))}
                  </Cmdk.Group>
                ))}
              </Cmdk.List>
            </Cmdk>
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <KeySheet open={shown === 'keys'} onOpenChange={(open) => setShown(open ? 'keys' : null)} commands={commands} />
    </>
  );
}

function PaletteItem({ command, onChoose }: { command: Command; onChoose: (command: Command) => void }) {
  return (
    <Cmdk.Item className="palette-item" value={command.id} keywords={[command.name, ...(command.keywords ?? [])]} onSelect={() => onChoose(command)}>
      <span>{command.name}</span>
      {command.key && <kbd>{formatKey(command.key)}</kbd>}
    </Cmdk.Item>
  );
}
