/**
 * Devices write, delete and go away while the server is set back to a backup and forgets what was deleted long ago, at random. Each
 * run that fails prints its seed; `RECTO_TORTURE_SEED` makes it again, `RECTO_TORTURE_ROUNDS` says how many are made (torture/set-back.ts).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settleLive, startWorld, type Device, type Person, type World } from './sync-rig.acceptance.ts';

const ACTS = ['write', 'edit', 'edit', 'edit', 'edit', 'delete', 'away', 'back', 'settle', 'backup', 'restore', 'forget'] as const;
type Act = (typeof ACTS)[number];
interface Step {
  act: Act;
  device: number;
  text: number;
  place: number;
}

const step: fc.Arbitrary<Step> = fc.record({ act: fc.constantFrom(...ACTS), device: fc.nat(2), text: fc.nat(100), place: fc.nat(1000) });

const seed = Number(process.env['RECTO_TORTURE_SEED'] ?? Date.now() % 1_000_000);
const runs = Number(process.env['RECTO_TORTURE_ROUNDS'] ?? 2);

class Story {
  readonly #world: World;
  readonly #author: Person;
  readonly #devices: Device[];
  readonly #away = new Set<Device>();
  readonly #ids: string[] = [];
  /** Each word that an author typed, with its text. */
  readonly #typed: { id: string; word: string }[] = [];
  readonly #deleted = new Set<string>();
  /** That were in a text where it was deleted: an edit from elsewhere brings the text back, as it was there. */
  readonly #deletedWords = new Set<string>();
  /** Deleted when all devices knew of it, and not touched since. */
  readonly #gone = new Set<string>();
  #hasBackup = false;

  constructor(world: World, author: Person, devices: Device[]) {
    this.#world = world;
    this.#author = author;
    this.#devices = devices;
  }

  async play({ act, device: number, text, place }: Step): Promise<void> {
    const device = this.#devices[number]!;
    const id = this.#ids[text % Math.max(1, this.#ids.length)];
    if (act === 'write') await this.#write(device);
    else if (act === 'edit' && id !== undefined) await this.#edit(device, id, place);
    else if (act === 'delete' && id !== undefined) await this.#delete(device, id);
    else if (act === 'away') await this.#leave(device);
    else if (act === 'back') this.#comeBack(device);
    else if (act === 'settle') await this.#settle();
    else if (act === 'backup') await this.#backUp();
    else if (act === 'restore' && this.#hasBackup) await this.#world.restore();
    else if (act === 'forget') await this.#world.forgetDeletes();
  }

  /** Once all are back: words that are missing, texts that nobody deleted, and texts that came back from the dead. */
  async end(): Promise<Record<'lost' | 'vanished' | 'ghosts', unknown[]>> {
    for (const device of this.#away) device.sync.start();
    this.#away.clear();
    await settleLive(this.#world, this.#author, ...this.#devices);
    const master = await this.#world.serverBlobs(this.#author);
    const isLive = (id: string): boolean => master.get(id)?.deleted === false;
    const lost = this.#typed.filter(({ id, word }) => isLive(id) && !this.#deletedWords.has(`${id} ${word}`) && !String(master.get(id)!.data['content']).split(/\s+/).includes(word));
    return { lost, vanished: this.#ids.filter((id) => !isLive(id) && !this.#deleted.has(id)), ghosts: [...this.#gone].filter(isLive) };
  }

  async #write(device: Device): Promise<void> {
    const word = `w${this.#typed.length}`;
    const id = await device.write(`First ${word} words.\n\nSecond paragraph.`);
    this.#ids.push(id);
    this.#typed.push({ id, word });
  }

  async #edit(device: Device, id: string, place: number): Promise<void> {
    if ((await device.text(id)) === null) return;
    const word = `w${this.#typed.length}`;
    await device.edit(id, (text) => {
      const words = text.split(' ');
      return words.toSpliced(place % (words.length + 1), 0, word).join(' ');
    });
    this.#typed.push({ id, word });
    this.#gone.delete(id);
  }

  async #delete(device: Device, id: string): Promise<void> {
    const text = await device.text(id);
    if (text === null) return;
    await device.blobs.tombstone([id], 'test');
    this.#deleted.add(id);
    for (const word of text.split(/\s+/)) this.#deletedWords.add(`${id} ${word}`);
  }

  async #leave(device: Device): Promise<void> {
    if (this.#away.has(device)) return;
    await device.sync.stop();
    this.#away.add(device);
  }

  #comeBack(device: Device): void {
    if (this.#away.delete(device)) device.sync.start();
  }

  /** Of those that are here. */
  async #settle(): Promise<void> {
    const here = this.#devices.filter((device) => !this.#away.has(device));
    await settleLive(this.#world, this.#author, ...here);
    if (here.length < this.#devices.length) return;
    const master = await this.#world.serverBlobs(this.#author);
    for (const id of this.#deleted) if (master.get(id)?.deleted !== false) this.#gone.add(id);
  }

  async #backUp(): Promise<void> {
    await this.#world.backup();
    this.#hasBackup = true;
  }
}

test('whatever a server forgets, and whoever was away meanwhile: no word is lost, nothing that was deleted comes back, and all hold the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 40 }), async (steps) => {
      const world = await startWorld();
      try {
        const author = await world.register();
        const story = new Story(world, author, [await world.device(author), await world.device(author), await world.device(author)]);
        for (const each of steps) await story.play(each);
        expect(await story.end()).toEqual({ lost: [], vanished: [], ghosts: [] });
      } finally {
        await world.close();
      }
    }),
    { seed, numRuns: runs, endOnFailure: process.env['RECTO_TORTURE_SHRINK'] === undefined },
  );
}, 60_000 + runs * 60_000);
