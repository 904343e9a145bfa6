// Runs the test file of mqtt-packet with stand-ins for its test library and for mqtt-packet itself, which write down what they
// are given: one JSON object a line, with
//
//   line    where in the test file
//   kind    packet: `hex` is `fields`, both ways    read, write: one way    refused: `hex` is no packet
//           unwritable: `fields` are no packet      chunked: `chunks`, one after the other, are `fields`
//   version 3, 4 or 5, as the test sets it; a CONNECT says its own
//
// A value {"hex": ...} inside the fields is bytes, {"zeros": ...} so many of them. The one packet of 268 MB is left out: the
// project's own tests have its like.
'use strict'
const fs = require('fs')
const vm = require('vm')

const source = fs.readFileSync(process.argv[2], 'utf8')
const lastLine = source.split('\n').length
const BIG = 10000

function line () {
  const lines = [...new Error().stack.matchAll(/fixtures\.test:(\d+)/g)].map(match => Number(match[1]))
  return lines.findLast(number => number <= lastLine)
}

Buffer.prototype.toJSON = function () {
  return this.length > BIG ? { zeros: this.length } : { hex: this.toString('hex') }
}

function record (kind, content, options) {
  if (content.bytes && content.bytes.length > BIG) return
  const { bytes, at, ...rest } = content
  const version = (rest.fields && rest.fields.protocolVersion) || (options && options.protocolVersion) || 4
  const hex = bytes && { hex: bytes.toString('hex') }
  console.log(JSON.stringify({ line: at || line(), kind, version, ...hex, ...rest }))
}

// A test written out by hand: what it feeds and what it compares.
function observe (name, body) {
  const at = line()
  const seen = { chunks: [], written: [], expected: [], listeners: {} }
  current = seen
  const t = new Proxy({}, { get: (target, method) => (actual, expected) => seen.expected.push({ method, expected }) })
  body(t)
  const chunks = seen.chunks.filter(chunk => chunk.length > 0)
  if (chunks.length > 0 && seen.listeners.error) {
    record('refused', { at, bytes: Buffer.concat(chunks) })
  } else if (chunks.length > 0) {
    seen.listeners.packet({})
    const fields = seen.expected.find(each => each.method === 'deepLooseEqual').expected
    record('chunked', { at, chunks: chunks.map(chunk => chunk.toString('hex')), fields })
  } else if (seen.written.length === 1) {
    const { expected } = seen.expected.find(each => each.expected instanceof Buffer || /^[0-9a-f]{8,}$/.test(each.expected)) || {}
    if (expected) record('write', { at, bytes: Buffer.from(expected, 'hex'), fields: seen.written[0] })
  }
}

let current
const write = fields => { current.written.push(fields); return Buffer.alloc(0) }
const standIns = {
  util: {},
  tape: observe,
  './': {
    parser: () => ({
      on: (event, listener) => { current.listeners[event] = listener },
      parse: chunk => { current.chunks.push(chunk) }
    }),
    generate: write,
    writeToStream: write
  },
  'readable-stream': { Writable: () => ({ end: () => {}, on: () => {} }) }
}

// The last declaration of a function is the one that holds.
const ours = `
function testParseGenerate (name, fields, bytes, options) { record('packet', { name, bytes, fields }, options) }
function testParseAndGenerate (name, fields, bytes, options) { record('packet', { name, bytes, fields }, options) }
function testGenerateOnly (name, fields, bytes, options) { record('write', { name, bytes, fields }, options) }
function testParseOnly (name, fields, bytes, options) { record('read', { name, bytes, fields }, options) }
function testParseGenerateDefaults (name, fields, bytes, read, options) {
  record('read', { name, bytes, fields: read }, options)
  record('write', { name, bytes, fields }, options)
}
function testParseError (message, bytes, options) { record('refused', { bytes }, options) }
function testGenerateError (message, fields, options) { record('unwritable', { fields }, options) }
function testWriteToStreamError (message, fields) { record('unwritable', { fields }) }
`
const run = vm.compileFunction(source + ours, ['require', 'record'], { filename: 'fixtures.test' })
run(name => standIns[name], record)
