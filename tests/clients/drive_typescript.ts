// What a caller does with the generated TypeScript client: node drive.js URL; prints one JSON object.
import { createClient, createConfig } from './client/index.js';
import * as api from './index.js';

declare const process: { argv: string[] };

const url = process.argv[2]!;
const name = `client-${Math.random().toString(16).slice(2, 10)}`;
const password = crypto.randomUUID();
const seen: Record<string, unknown> = {};

const open = createClient(createConfig({ baseUrl: url }));
const registered = await api.registerUser({ client: open, body: { username: name, password } });
seen['registered'] = [registered.response!.status, registered.data!.username, 'password' in registered.data!];

const issued = await api.issueToken({ client: open, body: { grant_type: 'password', username: name, password } });
const wrong = await api.issueToken({
  client: open,
  body: { grant_type: 'password', username: name, password: 'not the password' },
});
seen['wrong password'] = (wrong.error as { error: string }).error;

const stranger = createClient(createConfig({ baseUrl: url, auth: () => 'forged' }));
seen['forged token'] = (await api.listItems({ client: stranger })).response!.status;

const client = createClient(createConfig({ baseUrl: url, auth: () => issued.data!.access_token }));
const price = { amount: '12.50', currency: 'EUR' } as const;
const created = await api.createItem({ client, body: { name: 'Kettle', price } });
const item = created.data!;
const tag = created.response!.headers.get('etag')!;
const itemId = item.id;
seen['created'] = [created.response!.status, item.name, item.price.amount];

const read = await api.getItem({ client, path: { itemId } });
seen['read'] = JSON.stringify(read.data) === JSON.stringify(item);
seen['listed'] = (await api.listItems({ client })).data!.data.map((one) => one.name);

const change = { client, path: { itemId }, headers: { 'If-Match': tag }, body: { name: 'Pot' } };
const updated = await api.updateItem(change);
seen['updated'] = [updated.response!.status, updated.data!.name];
const lost = await api.updateItem(change);
seen['lost update'] = [lost.response!.status, lost.error!.status];

const current = (await api.getItem({ client, path: { itemId } })).response!.headers.get('etag')!;
const deleted = await api.deleteItem({ client, path: { itemId }, headers: { 'If-Match': current } });
seen['deleted'] = deleted.response!.status;
const gone = await api.getItem({ client, path: { itemId } });
seen['gone'] = [gone.response!.status, gone.error!.title];

const refused = await api.createItem({ client, body: { name: '', price } });
seen['refused'] = [
  refused.response!.status,
  (refused.error as { errors: { pointer?: string }[] }).errors.map((one) => one.pointer),
];

const events: string[] = [];
const texts: string[] = [];
const chat = await api.streamChat({
  client,
  body: { messages: [{ role: 'user', content: 'Why?' }] },
  onSseEvent: (event) => {
    events.push(event.event ?? '');
  },
});
for await (const part of chat.stream) {
  if ('text' in part) texts.push(part.text);
}
seen['events'] = [events[0], events.at(-1), events.length === texts.length + 1];

console.log(JSON.stringify(seen));
