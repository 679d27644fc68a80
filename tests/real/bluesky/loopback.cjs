// Loaded before the network: it keeps all of its servers and all that it asks on this machine.
'use strict'

const dns = require('node:dns')
const net = require('node:net')

const HERE = '127.0.0.1'
const NAMES = new Set(['localhost', HERE, ...(process.env.NAMES_HERE ?? '').split(' ')])

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (where !== null && typeof where === 'object' && 'port' in where) {
    return listen.call(this, { ...where, host: HERE }, ...rest)
  }
  if (!/^\d+$/.test(String(where))) {
    throw new Error(`not known how to keep this on the loopback: listen(${String(where)})`)
  }
  const after = typeof rest[0] === 'string' ? rest.slice(1) : rest
  return listen.call(this, Number(where), HERE, ...after)
}

dns.lookup = function (name, options, callback = options) {
  const all = typeof options === 'object' && options.all
  process.nextTick(() => {
    if (!NAMES.has(name)) {
      const message = `the tests' network stays on this machine: ${name}`
      callback(Object.assign(new Error(message), { code: 'ENOTFOUND' }))
    } else if (all) {
      callback(null, [{ address: HERE, family: 4 }])
    } else {
      callback(null, HERE, 4)
    }
  })
}
