// What @clickhouse/client sees of a server, as one JSON object: main.mjs HOST:PORT, users and passwords in the environment.
import { createClient } from "@clickhouse/client";

const environment = process.env;

function open(account, compressed = true, password = environment[`${account}_PASSWORD`]) {
  return createClient({
    url: `http://${process.argv[2]}`,
    username: environment[`${account}_USER`],
    password,
    compression: { response: compressed, request: compressed },
    clickhouse_settings: { max_execution_time: 60 },
  });
}

async function code(work) {
  try {
    await work();
    return "no error";
  } catch (error) {
    return Number(error.code) || String(error);
  }
}

async function rows(client, query, parameters = {}) {
  const found = await client.query({ query, format: "JSONEachRow", query_params: parameters });
  return await found.json();
}

async function streamed(client) {
  const query = "SELECT number, toString(number) AS text FROM numbers(200000)";
  const found = await client.query({ query, format: "JSONEachRow" });
  let count = 0;
  let sum = 0;
  for await (const part of found.stream()) {
    for (const row of part) {
      const { number, text } = row.json();
      if (String(number) !== text) return text;
      count += 1;
      sum += Number(number);
    }
  }
  return `${count} ${sum}`;
}

async function inserted(client, table) {
  await client.command({
    query: `CREATE OR REPLACE TABLE ${table} (id UInt64, name Nullable(String), tags Array(String)) ORDER BY id`,
  });
  const values = Array.from({ length: 100000 }, (_, id) => ({ id, name: `имя ${id}`, tags: ["a", "б"] }));
  await client.insert({ table, values, format: "JSONEachRow" });
  const sql = `SELECT concat(toString(count()), ' ', toString(sum(id)), ' ', max(name), ' ', any(tags)[2]) AS text FROM ${table}`;
  return (await rows(client, sql))[0].text;
}

async function broken(client) {
  const query = "SELECT number, throwIf(number = 1500000, 'enough') FROM numbers(2000000) SETTINGS max_block_size = 10000, max_threads = 1";
  const found = await client.query({ query, format: "JSONEachRow" });
  for await (const _ of found.stream());
}

const seen = {};
for (const [name, compressed] of [["none", false], ["gzip", true]]) {
  const client = open("SHOP", compressed);
  seen[name] = {
    streamed: await streamed(client),
    inserted: await inserted(client, `node_${name}`),
    parameter: (await rows(client, "SELECT {name:String} AS name", { name: "О'Генри\n\t?" }))[0].name,
    empty: (await rows(client, "SELECT number FROM numbers(3) WHERE number > 5")).length,
    missing: await code(() => rows(client, "SELECT * FROM no_such_table")),
    broken: await code(() => broken(client)),
  };
  await client.close();
}
const reader = open("READER");
seen.reader = {
  read: (await rows(reader, "SELECT toString(count()) AS read FROM node_gzip"))[0].read,
  write: await code(() => reader.command({ query: "DROP TABLE node_gzip" })),
};
seen["wrong password"] = await code(() => rows(open("SHOP", true, "wrong"), "SELECT 1"));
console.log(JSON.stringify(seen));
process.exit(0);
