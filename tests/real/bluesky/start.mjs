// A whole Bluesky in one process: directory, server with accounts (PDS), AppView, moderation.
// The ports come from the environment; one line on standard output says that it is up.
import { TestNetwork } from '@atproto/dev-env'

const port = (name) => Number(process.env[`${name}_PORT`])
const appview = `http://localhost:${port('APPVIEW')}`

const network = await TestNetwork.create({
  plc: { port: port('PLC') },
  pds: { port: port('PDS'), hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: port('APPVIEW'), publicUrl: appview, dbPostgresSchema: 'appview' },
  ozone: { port: port('OZONE'), chatUrl: appview, chatDid: 'did:example:chat' },
})
console.log(`up ${network.bsky.ctx.cfg.serverDid}`)

process.on('SIGTERM', async () => {
  await network.close()
  process.exit(0)
})
