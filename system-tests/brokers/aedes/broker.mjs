// aedes behind mutual TLS: broker.mjs PORT CA CERTIFICATE KEY
import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import { Aedes } from 'aedes'

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/aedes/package.json', import.meta.url))
)
const [port, ca, certificate, key] = process.argv.slice(2)
const broker = await Aedes.createBroker()
const server = createServer(
  {
    ca: readFileSync(ca),
    cert: readFileSync(certificate),
    key: readFileSync(key),
    requestCert: true,
    rejectUnauthorized: true
  },
  broker.handle
)
for (const event of ['clientError', 'connectionError']) {
  broker.on(event, (client, error) => console.log(event, client?.id, error.message))
}
server.on('tlsClientError', error => console.log('tls', error.message))
server.listen(Number(port), '127.0.0.1', () => console.log(`aedes ${version} is ready`))
