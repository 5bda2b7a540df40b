// A GitHub API written by others, until the standard input ends: node emulate.mjs FOLDER-OF-NODE-MODULES
// Its first line says where it listens.
import { pathToFileURL } from 'node:url'

const { createEmulator } = await import(pathToFileURL(`${process.argv[2]}/emulate/dist/api.js`))
const people = ['bot', 'ann']
const seed = {
  tokens: Object.fromEntries(people.map((login) => [`ghp_${login}`, { login, scopes: ['repo', 'user'] }])),
  github: {
    users: people.map((login) => ({ login, name: login, email: `${login}@example.org` })),
    repos: [['ann', 'nets'], ['bot', 'own'], ['bot', 'other']].map(([owner, name]) => ({ owner, name, auto_init: true })),
  },
}
const github = await createEmulator({ service: 'github', port: Number(process.argv[3]), seed })
console.log(github.url)
process.stdin.resume()
process.stdin.on('end', () => github.close().then(() => process.exit(0)))
